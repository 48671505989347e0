// Answers the questions of protocol/queries.ts from the model in a slot. Generic: whatever family has the densities.
// Knows no messages; lab.worker.ts spreads these among its handlers.
import { boundOf, logJointOf } from '../metrics/tensors/variational.ts';
import { importanceLogLikelihood } from '../metrics/tensors/likelihood.ts';
import { dispose, mul, tensor2d, tidy, transpose, type Tensor2D } from '../ops/tf.ts';
import type { Slot } from '../protocol/messages.ts';
import type { LayerReport, QueryMap } from '../protocol/queries.ts';
import { refine } from '../train/refine.ts';
import type { Trainer } from '../train/trainer.ts';

type Answers = {
  [K in keyof QueryMap]: (request: QueryMap[K]['request']) => Promise<QueryMap[K]['reply']>;
};

/** `find` gives a slot's model or throws; `breathe` lets waiting messages be answered. */
export function queries(find: (slot: Slot) => Trainer, breathe: () => Promise<void>): Answers {
  return {
    likelihood: ({ slot, images, k, draw = 0 }) => {
      const model = find(slot);
      const { family, config } = model;
      const pixels = family.inputDim(config);
      const count = wholeRows('images', images.length, pixels);
      return importanceLogLikelihood(model, {
        count,
        k: samples(k),
        draw,
        batchAt: (from, some) => {
          const input = tensor2d(images.subarray(from * pixels, (from + some) * pixels), [
            some,
            pixels,
          ]);
          return { input, target: input, noise: null };
        },
        between: breathe,
      });
    },

    bound: ({ slot, image, q, k, draw = 0 }) => {
      const model = find(slot);
      oneImage(image, model);
      return boundOf(model, image, q, { k: samples(k), draw, between: breathe });
    },

    joint: async ({ slot, image, codes }) => {
      const model = find(slot);
      oneImage(image, model);
      wholeRows('codes', codes.length, model.family.latentDim(model.config));
      return { values: await logJointOf(model, image, codes, breathe) };
    },

    descend: async ({ slot, codes, noise, given, temperatures, passes = 0 }) => {
      const model = find(slot);
      const { family, config } = model;
      const latent = family.latentDim(config);
      const count = wholeRows('codes', codes.length, latent);
      if (noise.length !== codes.length) {
        throw new RangeError(`${noise.length} normals for ${codes.length} numbers of codes.`);
      }
      const levels = family.levels?.(config) ?? [[0, latent] as const];
      if (given.length !== levels.length || temperatures.length !== levels.length) {
        throw new RangeError(
          `The model has ${levels.length} levels; ${given.length} are given or not, ${temperatures.length} have a temperature.`,
        );
      }
      if (!Number.isInteger(passes) || passes < 0) {
        throw new RangeError(`${passes} passes; expected a whole number, 0 or more.`);
      }
      let [found, means] = tidy((): [Tensor2D, Tensor2D] => {
        const draw = {
          codes: tensor2d(codes, [count, latent]),
          noise: tensor2d(noise, [count, latent]),
          given,
          temperatures,
        };
        if (family.descend) {
          const drawn = family.descend(config, model.parameters, draw);
          return [drawn.codes, drawn.means];
        }
        const z: Tensor2D = given[0] ? draw.codes : mul(draw.noise, temperatures[0]!);
        return [z, model.decode(z)];
      });
      for (let pass = 0; pass < passes; pass++) {
        const before = [found, means];
        [found, means] = tidy((): [Tensor2D, Tensor2D] => {
          const z = model.encode(means).mean;
          return [z, model.decode(z)];
        });
        dispose(before);
        await breathe();
      }
      const [values, pictures] = await Promise.all([found.data(), means.data()]);
      found.dispose();
      means.dispose();
      return {
        codes: Float32Array.from(values),
        means: Float32Array.from(pictures),
      };
    },

    activations: async ({ slot, images, replaced = {}, only }) => {
      const { family, config, parameters } = find(slot);
      const pixels = family.inputDim(config);
      const count = wholeRows('images', images.length, pixels);
      const given = new Map(Object.entries(replaced));
      // Channels last on the device; maps one after another for those who draw them.
      const maps = tidy(() => {
        const input = tensor2d(images, [count, pixels]);
        const seen = family.activations?.(config, parameters, input, given);
        if (!seen) throw new RangeError(`The family "${family.name}" does not show its layers.`);
        return [...seen]
          .filter(([name]) => only?.includes(name) ?? true)
          .map(([name, value]) => ({ name, value: transpose(value, [0, 3, 1, 2]) }));
      });
      const layers = await Promise.all(
        maps.map(async ({ name, value }): Promise<LayerReport> => {
          const [, channels, height, width] = value.shape;
          const values = Float32Array.from(await value.data());
          value.dispose();
          return { name, count, channels, height, width, values };
        }),
      );
      return { layers };
    },

    refine: ({ slot, image, from, steps }) => {
      const model = find(slot);
      oneImage(image, model);
      return refine(model, image, from, steps, breathe);
    },
  };
}

/** Rows in a flat array. Throws RangeError where they are none or not whole. */
export function wholeRows(what: string, length: number, width: number): number {
  if (length === 0 || length % width !== 0) {
    throw new RangeError(`${length} numbers are no ${what} of ${width} numbers each.`);
  }
  return length / width;
}

function oneImage(image: Float32Array, { family, config }: Trainer): void {
  const pixels = family.inputDim(config);
  if (image.length === pixels) return;
  throw new RangeError(`The image has ${image.length} numbers; the model takes ${pixels}.`);
}

function samples(k: number): number {
  if (Number.isInteger(k) && k > 0) return k;
  throw new RangeError(`k is ${k}; expected a whole number of samples, 1 or more.`);
}
