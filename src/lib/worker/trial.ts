// The step that backends are compared by: one update of the lab's own model, on pictures drawn from a seed.
import { loadFamily } from '../train/families.ts';
import { Trainer } from '../train/trainer.ts';
import { fillBits, Stream } from '../ops/random.ts';
import type { ImageSet } from '../data/images.ts';
import type { Trial } from '../backends/trial.ts';
import type { Probe } from '../protocol/messages.ts';

export function trialOf({ spec, batchSize }: Probe): Trial {
  return async () => {
    const family = await loadFamily(spec.family);
    const trainer = new Trainer(family, spec, 1);
    trainer.feed(speckles(batchSize, family.inputDim(trainer.config)), batchSize);
    return {
      updates: async (count) => {
        for (let made = 1; made < count; made++) trainer.update().dispose();
        const terms = trainer.update();
        const [loss = Number.NaN] = await terms.data();
        terms.dispose();
        return loss;
      },
      dispose: () => {
        trainer.dispose();
      },
    };
  };
}

/** Pictures of noise: what they show takes no part in the time of a step. */
function speckles(count: number, size: number): ImageSet {
  const words = new Uint32Array(count * size);
  fillBits(words, 1, Stream.data, 0);
  return {
    pixels: Uint8Array.from(words, (word) => word >>> 24),
    labels: new Uint8Array(count),
    count,
    width: size,
    height: 1,
    channels: 1,
  };
}
