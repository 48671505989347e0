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
