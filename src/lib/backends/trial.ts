// One update of a lab's own model, timed on whatever backend is current. Knows no model: the worker hands in the step.

/** A model ready to be updated. */
export interface Attempted {
  /** Makes `count` updates and waits until the device has made them. Returns the loss before the last. */
  updates(count: number): Promise<number>;
  dispose(): void;
}

/** Makes a model on the current backend. */
export type Trial = () => Promise<Attempted>;

/** The device was not done when the time was up. */
class Late extends Error {
  override readonly name = 'Late';
}

/** Updates that are timed together, as many as a run makes between two of its readings. */
const TOGETHER = 5;
/** Where one takes longer than this, it is time enough. */
const SLOW_MS = 400;

export interface Timed {
  readonly msPerStep: number;
  /** Of the first update: the same on every backend that computes right. */
  readonly loss: number;
}

/**
 * The time of an update in a run: shaders compiled, several updates to one reading.
 * @param deadline on performance.now()'s clock; what is not there by then counts as too slow
 * @throws Late
 */
export async function measure(trial: Trial, deadline: number): Promise<Timed> {
  const model = await trial();
  const timed = async (count: number): Promise<Timed> => {
    const from = performance.now();
    const loss = await before(deadline, model.updates(count));
    return { msPerStep: (performance.now() - from) / count, loss };
  };
  try {
    // The first compiles what it needs; on a graphics processor the second still may.
    const { loss } = await timed(1);
    const alone = await timed(1);
    const { msPerStep } = alone.msPerStep > SLOW_MS ? alone : await timed(TOGETHER);
    return { msPerStep, loss };
  } finally {
    model.dispose();
  }
}

async function before<T>(deadline: number, work: Promise<T>): Promise<T> {
  if (deadline === Infinity) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alarm = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Late('its shaders and first updates took longer than the trial lasts.'));
      },
      Math.max(0, deadline - performance.now()),
    );
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // heard, whoever won
  }
}
