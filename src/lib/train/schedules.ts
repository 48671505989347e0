// Learning-rate schedules as functions of the step alone, so that a resumed run needs no other state.

export type Schedule =
  | { readonly kind: 'constant' }
  /** Half a cosine from the full rate to `floor` times it at `steps`, constant after. */
  | { readonly kind: 'cosine'; readonly steps: number; readonly floor: number };

/** The factor on the learning rate at this step, in (0, 1]. */
export function rateFactor(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const progress = Math.min(1, step / schedule.steps);
      return schedule.floor + (1 - schedule.floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  }
}

/** The schedule in words, for manifests and pages. */
export function describeSchedule(schedule: Schedule): string {
  return schedule.kind === 'constant'
    ? 'constant'
    : `cosine to ${schedule.floor} of the rate over ${schedule.steps} steps, then constant`;
}
