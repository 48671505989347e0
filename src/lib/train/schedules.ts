// Learning-rate schedules as functions of the step alone, so that a resumed run needs no other state.

/** Half a cosine from 1 to `floor` at `steps`, constant after. */
interface Cosine {
  readonly steps: number;
  readonly floor: number;
}

export type Schedule =
  | { readonly kind: 'constant' }
  /** One cosine; with a warm restart (Loshchilov and Hutter 2017) another from step `at` on, of `rate` times the rate. */
  | (Cosine & { readonly kind: 'cosine'; readonly restart?: Restart });

interface Restart extends Cosine {
  readonly at: number;
  readonly rate: number;
}

/** The factor on the learning rate at this step, in (0, 1]. */
export function rateFactor(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const { restart } = schedule;
      return restart && step >= restart.at
        ? restart.rate * cosine(restart, step - restart.at)
        : cosine(schedule, step);
    }
  }
}

function cosine({ steps, floor }: Cosine, step: number): number {
  const progress = Math.min(1, step / steps);
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}

/** The schedule in words, for manifests and pages. */
export function describeSchedule(schedule: Schedule): string {
  if (schedule.kind === 'constant') return 'constant';
  const { steps, floor, restart } = schedule;
  const first = `cosine to ${floor} of the rate over ${steps} steps, then constant`;
  return restart
    ? `${first}; at step ${restart.at} anew from ${restart.rate} of the rate to ${restart.rate * restart.floor} of it over ${restart.steps} steps, then constant`
    : first;
}
