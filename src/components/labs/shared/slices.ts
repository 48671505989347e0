// Long questions to the worker in slices, so that a question from the pointer never waits behind a whole one.
// Knows nothing of what is asked.

/** Rows of one slice: a few milliseconds of the worker on wasm. */
const ROWS = 128;

/** Lets the main thread do something else. */
export const pause = (): Promise<void> => new Promise((resume) => setTimeout(resume, 0));

/** Asks about `values`, rows of `width` numbers each, slice by slice; the answers in order. */
export async function inSlices<Answer>(
  values: Float32Array,
  width: number,
  ask: (slice: Float32Array) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < values.length; from += ROWS * width) {
    // A copy: what is sent of a view is all that lies under it.
    answers.push(await ask(values.slice(from, from + ROWS * width)));
  }
  return answers;
}

/** The parts one after another. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
