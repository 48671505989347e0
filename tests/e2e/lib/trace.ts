// What the main thread did while something ran, from Chromium's own trace: CPU time, not the wall clock,
// so that a busy machine does not fail a page that is innocent.
import type { Browser, Page } from 'playwright/test';

/** One task of the main thread. Milliseconds; `at` counts from the start of the trace. */
export interface Task {
  readonly at: number;
  readonly cpu: number;
  readonly wall: number;
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
  await action();
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
      what: longestWithin(events, task),
    }));
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
