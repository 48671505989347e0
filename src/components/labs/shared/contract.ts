// What every lab promises to tests, teachers and embedders: its states, its root's attributes, its news.
// Knows no lab and no worker.

/** `idle` is the static page; `recorded` a run played back where nothing can compute. */
export type LabState =
  'idle' | 'preparing' | 'ready' | 'training' | 'paused' | 'failed' | 'recorded';

/** What a lab tells the page whenever something changed, by an event on its root that bubbles. */
export interface LabNews {
  readonly lab: string;
  readonly state: LabState;
  /** Live updates made; 0 while a pretrained model is shown. */
  readonly step: number;
  /** Id of the pretrained model shown, or empty. */
  readonly model: string;
  /** Named quantities of the run now, such as `kl` in nats. A quantity not known yet is left out. */
  readonly readings: Readonly<Record<string, number>>;
}

const NEWS = 'bottleneck:lab';
const ASK = 'bottleneck:lab-news-wanted';

/** Tells whoever listens on the page. */
export function announce(root: Element, news: LabNews): void {
  root.dispatchEvent(new CustomEvent<LabNews>(NEWS, { bubbles: true, detail: news }));
}

/** Calls `tell` whenever a listener that came late asks for the latest news. Returns the way to stop. */
export function onAsked(tell: () => void): () => void {
  document.addEventListener(ASK, tell);
  return () => {
    document.removeEventListener(ASK, tell);
  };
}

/** Hears the news of one lab of the page, its latest state at once. Returns the way to stop. */
export function hearLab(lab: string, listener: (news: LabNews) => void): () => void {
  const hear = (event: Event): void => {
    const news = event instanceof CustomEvent ? parseNews(event.detail) : null;
    if (news?.lab === lab) listener(news);
  };
  document.addEventListener(NEWS, hear);
  document.dispatchEvent(new Event(ASK));
  return () => {
    document.removeEventListener(NEWS, hear);
  };
}

/** An exercise of the page that a lab has just checked. */
export interface Checked {
  readonly lab: string;
  /** What the page calls it: "Exercise 1.1". */
  readonly name: string;
  /** Fragment of the page's address where it stands. */
  readonly anchor: string;
}

const CHECKED = 'bottleneck:checked';

/** Tells the lab, and whoever else listens, that an exercise was checked by what the lab showed. */
export function announceChecked(checked: Checked): void {
  document.dispatchEvent(new CustomEvent<Checked>(CHECKED, { detail: checked }));
}

/** Hears of the exercises that one lab has checked. Returns the way to stop. */
export function hearChecked(lab: string, listener: (checked: Checked) => void): () => void {
  const hear = (event: Event): void => {
    const checked = event instanceof CustomEvent ? parseChecked(event.detail) : null;
    if (checked?.lab === lab) listener(checked);
  };
  document.addEventListener(CHECKED, hear);
  return () => {
    document.removeEventListener(CHECKED, hear);
  };
}

const STATES: readonly string[] = [
  'idle',
  'preparing',
  'ready',
  'training',
  'paused',
  'failed',
  'recorded',
] satisfies LabState[];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isState = (value: unknown): value is LabState =>
  typeof value === 'string' && STATES.includes(value);

/** Events of the page are outside data: anything may dispatch them. */
function parseNews(detail: unknown): LabNews | null {
  if (!isRecord(detail)) return null;
  const { lab, state, step, model, readings } = detail;
  if (typeof lab !== 'string' || typeof model !== 'string' || typeof step !== 'number') return null;
  if (!isState(state) || !isRecord(readings)) return null;
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(readings)) {
    if (typeof value === 'number') numbers[name] = value;
  }
  return { lab, state, step, model, readings: numbers };
}

function parseChecked(detail: unknown): Checked | null {
  if (!isRecord(detail)) return null;
  const { lab, name, anchor } = detail;
  if (typeof lab !== 'string' || typeof name !== 'string' || typeof anchor !== 'string')
    return null;
  return { lab, name, anchor };
}
