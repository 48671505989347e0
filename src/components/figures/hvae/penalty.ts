// What warm-up and free bits make of a level's KL, as the loss has it; the chapter draws these. Knows no figure.

/** Share of β in force: grows from 0 to 1 over `warmupSteps` updates. */
export function weightAt(step: number, warmupSteps: number): number {
  return warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
}

/** What a level's KL costs, in nats, where `freeBits` nats of it are free. */
export function penaltyOf(kl: number, freeBits: number): number {
  return Math.max(kl, freeBits);
}
