// What the main thread did while something ran, from Chromium's own trace: CPU time, not the wall clock,
// so that a busy machine does not fail a page that is innocent.
import { existsSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright/test';

/** One task of the main thread. Milliseconds; `at` counts from the start of the trace. */
export interface Task {
  readonly at: number;
  readonly cpu: number;
  readonly wall: number;
  /** Of `wall`, how long the thread was ready to run and the machine gave it no core (0 where that is not known). */
  readonly waited: number;
  /** What it ran for the longest, for the failure's message. */
  readonly what: string;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: {
    readonly name?: string;
    readonly data?: {
      readonly url?: string;
      readonly functionName?: string;
      readonly type?: string;
    };
  };
}

/** Traces the page's renderer during `action`; returns its main thread's tasks of over a millisecond. */
export async function mainThreadTasks(
  browser: Browser,
  page: Page,
  action: () => Promise<void>,
): Promise<Task[]> {
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  const queue = await watchRunQueues(browser);
  await action();
  const waits = queue.stop();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mains = trace.traceEvents
    .filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid}/${tid}`);
  const events = trace.traceEvents
    .filter((event) => event.ph === 'X' && mains.includes(`${event.pid}/${event.tid}`))
    .sort((a, b) => a.ts - b.ts);
  const begin = events[0]?.ts ?? 0;
  return events
    .filter((event) => event.name === 'RunTask' && (event.dur ?? 0) > 1000)
    .map((task) => ({
      at: (task.ts - begin) / 1000,
      cpu: (task.tdur ?? 0) / 1000,
      wall: (task.dur ?? 0) / 1000,
      waited: waitedWithin(waits.get(task.pid) ?? [], task.ts, task.ts + (task.dur ?? 0)),
      what: longestWithin(events, task),
    }));
}

/** A look at a thread's time in the run queue: the monotonic clock of the trace (µs), and the total so far (ms). */
type Look = readonly [at: number, waited: number];

/**
 * Watches how long each renderer's main thread has to wait for a core, as Linux counts it. On a machine that other
 * programs keep busy a task of 20 ms of CPU can last 300 ms, and that is not the page's doing.
 */
async function watchRunQueues(browser: Browser): Promise<{ stop: () => Map<number, Look[]> }> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send('SystemInfo.getProcessInfo');
  await client.detach();
  const looks = new Map<number, Look[]>(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => [id, []]),
  );
  const look = () => {
    for (const [pid, seen] of looks) {
      const file = `/proc/${pid}/task/${pid}/schedstat`;
      if (!existsSync(file)) continue;
      const nanoseconds = Number(readFileSync(file, 'utf8').split(' ')[1]);
      seen.push([Number(process.hrtime.bigint() / 1000n), nanoseconds / 1e6]);
    }
  };
  const timer = setInterval(look, 10);
  return {
    stop: () => {
      clearInterval(timer);
      return looks;
    },
  };
}

/** Milliseconds waited between the first and the last look inside the span: never more than was waited in it. */
function waitedWithin(looks: readonly Look[], from: number, to: number): number {
  const inside = looks.filter(([at]) => at >= from && at <= to);
  return (inside.at(-1)?.[1] ?? 0) - (inside[0]?.[1] ?? 0);
}

function longestWithin(events: readonly TraceEvent[], task: TraceEvent): string {
  const end = task.ts + (task.dur ?? 0);
  const parts = events
    .filter(
      (event) => event !== task && event.tid === task.tid && event.ts >= task.ts && event.ts < end,
    )
    .sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0))
    .slice(0, 3);
  return parts
    .map(({ name, args, dur }) => {
      const where = args.data?.functionName ?? args.data?.url ?? args.data?.type ?? '';
      return `${name} ${where} ${((dur ?? 0) / 1000).toFixed(1)} ms`;
    })
    .join(' > ');
}
