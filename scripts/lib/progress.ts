// A progress bar on standard error: one line rewritten on a terminal, a line now and then elsewhere.

const WIDTH = 24;
const QUIET_INTERVAL = 20_000;

export class ProgressBar {
  private readonly started = Date.now();
  private last = 0;

  /** @param done steps that an earlier session made; they do not count towards the speed */
  constructor(
    private readonly label: string,
    private readonly total: number,
    private readonly done = 0,
  ) {}

  /** Shows `step` of the total with a note, at most ten times a second. */
  show(step: number, note: string): void {
    const now = Date.now();
    const terminal = process.stderr.isTTY;
    if (now - this.last < (terminal ? 100 : QUIET_INTERVAL) && step < this.total) return;
    this.last = now;
    const seconds = (now - this.started) / 1000;
    const speed = (step - this.done) / Math.max(seconds, 1e-3);
    const left = speed > 0 ? clock((this.total - step) / speed) : '–';
    const filled = Math.round((WIDTH * step) / this.total);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const line = `${this.label} ${bar} ${step}/${this.total} · ${speed.toFixed(1)}/s · ${left} left · ${note}`;
    process.stderr.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
