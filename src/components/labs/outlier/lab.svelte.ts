// The state of the lab on likelihood and outliers: which model, how many images and samples, the scores so far of the
// images that the model knows, of strange ones, and of probes. Asks in small portions; knows no markup.
import { areaStandardError, rocCurve, shareAbove } from '../../../lib/metrics/arrays/ranking.ts';
import type { ReplyOf, RequestKind, RequestOf } from '../../../lib/protocol/messages.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import { isGone, toFault } from '../shared/fault.ts';
import { Galleries } from '../shared/galleries.ts';
import { drawing, PIXELS, type Subject } from '../shared/gallery.ts';
import { LabRun, type LabSession } from '../shared/lab-run.svelte.ts';
import type { OutlierProps } from './props.ts';
import {
  histogramOf,
  probes,
  scores,
  scoresOf,
  type Probe,
  type Scored,
  type ScoreKey,
} from './scores.ts';

const SLOT = 'outlier';
/** Samples that one request draws: short enough for another lab's request to come between. */
const PORTION = 1000;
const MOST_AT_ONCE = 50;

/** One image with its scores. */
export interface Judged {
  readonly subject: Subject;
  readonly scored: Scored;
}

export type Group = 'known' | 'strange';

export class OutlierLab {
  readonly run: LabRun;
  model = $state.raw<LabModel | null>(null);
  /** Images of each group. */
  count = $state(200);
  /** Importance samples of each image. */
  k = $state(50);
  score = $state<ScoreKey>('nll');
  known = $state.raw<readonly Judged[]>([]);
  strange = $state.raw<readonly Judged[]>([]);
  probes = $state.raw<readonly { readonly probe: Probe; readonly scored: Scored }[]>([]);
  drawn = $state.raw<Judged | null>(null);
  scoring = $state(false);
  resting = $state('');

  knownSet = $derived<DataSet>(this.model?.dataSet ?? 'fashion');
  strangeSet = $derived<DataSet>(this.knownSet === 'mnist' ? 'fashion' : 'mnist');
  done = $derived(this.known.length + this.strange.length);
  values = $derived({ known: this.#values('known'), strange: this.#values('strange') });
  histogram = $derived(this.done > 0 ? histogramOf(this.values.known, this.values.strange) : null);
  roc = $derived(
    this.known.length > 0 && this.strange.length > 0
      ? rocCurve(this.values.strange, this.values.known)
      : [],
  );
  /** Area under the ROC curve of each score, with its standard error. */
  areas = $derived(
    scores.map(({ key }) => {
      const [strange, known] = [this.strange, this.known].map((group) =>
        group.map(({ scored }) => scored[key]),
      );
      const area = shareAbove(strange ?? [], known ?? []);
      const standardError = areaStandardError(area, this.strange.length, this.known.length);
      return { key, area, standardError };
    }),
  );
  /** What exercises are graded by. */
  readings = $derived.by(() => {
    const readings: Record<string, number> = {
      scored: Math.min(this.known.length, this.strange.length),
      digitsKnown: this.knownSet === 'mnist' ? 1 : 0,
      latentDim: this.model?.latentDim ?? 0,
    };
    for (const { key, area } of this.areas) {
      if (Number.isFinite(area)) readings[`area-${key}`] = area;
    }
    return readings;
  });

  readonly #connect: () => LabSession;
  readonly #props: OutlierProps;
  readonly #galleries: Galleries;
  /** Counts what makes the scores so far another's: models and numbers of samples. */
  #turn = 0;
  #work: Promise<void> = Promise.resolve();
  #interrupted = false;

  constructor(connect: () => LabSession, props: OutlierProps) {
    this.#connect = connect;
    this.#props = props;
    this.#galleries = new Galleries(connect, props.data);
    this.run = new LabRun(connect, {
      slot: SLOT,
      feed: () => {
        throw new Error('This lab trains no weights.');
      },
      settle: async () => {
        await Promise.all([this.#galleries.get('mnist'), this.#galleries.get('fashion')]);
        void this.#judgeProbes();
      },
      onWeights: (why) => {
        if (why === 'rewound' && this.#interrupted) this.begin();
        this.#interrupted = false;
      },
    });
    const model = props.models.find(({ id }) => id === props.first.model) ?? props.models[0];
    if (!model) return;
    this.model = model;
    this.run.model = model.id;
  }

  get models(): readonly LabModel[] {
    return this.#props.models;
  }

  async start(): Promise<void> {
    await this.run.open();
    if (this.model) await this.run.show(this.model);
  }

  chooseModel(id: string): void {
    const model = this.models.find((each) => each.id === id);
    if (!model || model === this.model) return;
    this.#forget();
    this.model = model;
    void this.run.show(model);
  }

  chooseK(k: number): void {
    if (k === this.k) return;
    this.#forget();
    this.k = k;
    if (this.run.status === 'ready') void this.#judgeProbes();
  }

  chooseCount(count: number): void {
    this.count = count;
    this.known = this.known.slice(0, count);
    this.strange = this.strange.slice(0, count);
  }

  /** Scores the images that have no scores yet. */
  begin(): void {
    if (this.scoring || this.run.status !== 'ready') return;
    this.resting = '';
    this.scoring = true;
    void this.#queue(() => this.#judgeAll());
  }

  stop(): void {
    this.scoring = false;
    this.resting = '';
  }

  draw(ink: Float32Array): void {
    if (!ink.some((value) => value > 0) || this.run.status !== 'ready') return;
    const subject = drawing(ink);
    void this.#queue(async () => {
      const turn = this.#turn;
      const [scored] = await this.#judge([subject], 1 << 23);
      if (scored && turn === this.#turn) this.drawn = { subject, scored };
    });
  }

  rest(why: string): void {
    if (!this.scoring) return;
    this.scoring = false;
    this.resting = why;
  }

  wake(): void {
    if (this.resting !== '') this.begin();
  }

  close(): void {
    this.#turn += 1;
    this.scoring = false;
    void this.run.close();
  }

  #values(group: Group): number[] {
    return this[group].map(({ scored }) => scored[this.score]);
  }

  #ask<K extends RequestKind>(kind: K, payload: RequestOf<K>): Promise<ReplyOf<K>> {
    return this.#connect().request(kind, payload);
  }

  #forget(): void {
    this.#turn += 1;
    this.stop();
    this.known = [];
    this.strange = [];
    this.probes = [];
    this.drawn = null;
  }

  #queue(action: () => Promise<void>): Promise<void> {
    const turn = this.#turn;
    this.#work = this.#work.then(async () => {
      if (turn !== this.#turn) return;
      try {
        await action();
      } catch (error) {
        this.#interrupted = this.scoring && isGone(toFault(error));
        this.scoring = false;
        this.run.fail(error);
      }
    });
    return this.#work;
  }

  #judgeProbes(): Promise<void> {
    return this.#queue(async () => {
      const turn = this.#turn;
      const judged = await this.#judge(
        probes.map(({ subject }) => subject),
        1 << 22,
      );
      if (turn !== this.#turn) return;
      this.probes = judged.map((scored, i) => ({ probe: probes[i]!, scored }));
    });
  }

  /** A portion of each group in turn, so that they can be compared at any time. */
  async #judgeAll(): Promise<void> {
    const turn = this.#turn;
    const portion = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(PORTION / this.k)));
    const goesOn = (): boolean => turn === this.#turn && this.scoring;
    const sets = { known: this.knownSet, strange: this.strangeSet };
    while (goesOn() && this.done < 2 * this.count) {
      for (const group of ['known', 'strange'] as const) {
        const from = this[group].length;
        const gallery = await this.#galleries.get(sets[group]);
        const size = Math.min(portion, this.count - from);
        if (size <= 0 || !goesOn()) continue;
        const subjects = Array.from({ length: size }, (_, i) => gallery.at(from + i));
        const judged = await this.#judge(subjects, from);
        if (turn !== this.#turn) return;
        this[group] = [
          ...this[group],
          ...judged.map((scored, i) => ({ subject: subjects[i]!, scored })),
        ];
      }
    }
    if (turn === this.#turn) this.scoring = false;
  }

  /** The scores of some images; `draw` is the random row of the first. */
  async #judge(subjects: readonly Subject[], draw: number): Promise<Scored[]> {
    const images = new Float32Array(subjects.length * PIXELS);
    subjects.forEach(({ binary }, i) => {
      images.set(binary, i * PIXELS);
    });
    const [likelihood, codes] = await Promise.all([
      this.#ask('likelihood', { slot: SLOT, images, k: this.k, draw }),
      this.#ask('encode', { slot: SLOT, images }),
    ]);
    const { means } = await this.#ask('decode', { slot: SLOT, codes: codes.mean });
    return scoresOf({ subjects, likelihood, codes, means });
  }
}
