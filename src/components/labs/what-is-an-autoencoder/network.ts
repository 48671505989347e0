// The networks that the lab shows: one for each size of the code, pretrained or to be trained from nothing, and a reader's
// own. Pure.
import {
  aePresets,
  aeSpec,
  aeTerm,
  parseAe,
  type AeConfig,
} from '../../../lib/models/ae.config.ts';
import { ConfigError } from '../../../lib/models/dense.config.ts';
import type { ModelSpec } from '../../../lib/protocol/model.ts';
import type { DataSet, LabModel } from '../shared/data-sets.ts';
import { PIXELS } from '../shared/gallery.ts';
import type { NetworkOf } from '../shared/instrument/network.ts';

/** Numbers in the code; the last is more than an image has pixels. */
export const codeSizes = [2, 8, 32, 800] as const;
export type CodeSize = (typeof codeSizes)[number];

export interface Preset {
  readonly kind: 'preset';
  readonly latentDim: CodeSize;
}

/** What is in a slot or will be. */
export type Network = NetworkOf<Preset>;

const small = aePresets['784-128-64-32'];

/** Without a hidden layer nothing is narrower than the image. */
const overcomplete: AeConfig = {
  inputDim: PIXELS,
  hidden: [],
  latentDim: 800,
  activation: 'linear',
  likelihood: 'mse-linear',
};

export function preset(latentDim: CodeSize): Preset {
  return { kind: 'preset', latentDim };
}

export function isCodeSize(value: number): value is CodeSize {
  return codeSizes.some((size) => size === value);
}

export function specOf(network: Network): ModelSpec {
  switch (network.kind) {
    case 'published':
      return network.model.spec;
    case 'own':
      return network.checkpoint.spec;
    case 'preset':
      return aeSpec(
        network.latentDim === 800 ? overcomplete : { ...small, latentDim: network.latentDim },
      );
  }
}

/** The config of a network that this lab can show: dense, on grey images of 28 × 28. Throws ConfigError. */
export function configOf({ family, config }: ModelSpec): AeConfig {
  if (family !== 'ae')
    throw new ConfigError(`It is of the family "${family}"; this lab shows "ae".`);
  const parsed = parseAe(config);
  if (parsed.inputDim !== PIXELS || aeTerm(parsed) !== 'mse') {
    throw new ConfigError(
      `Its images have ${parsed.inputDim} pixels and its loss is "${parsed.likelihood}"; this lab shows networks of ${PIXELS} grey pixels, trained by the squared error.`,
    );
  }
  return parsed;
}

/** Widths from the pixels to the code. */
export function widthsOf(spec: ModelSpec): readonly number[] {
  const { inputDim, hidden, latentDim } = parseAe(spec.config);
  return [inputDim, ...hidden, latentDim];
}

/** The widths as 784-128-64-8. */
export function sizesOf(spec: ModelSpec): string {
  return widthsOf(spec).join('-');
}

/** Published weights of this code size on these data where there are some, else the sizes alone. */
export function networkFor(
  models: readonly LabModel[],
  dataSet: DataSet,
  latentDim: CodeSize,
): Network {
  const model = models.find((each) => each.dataSet === dataSet && each.latentDim === latentDim);
  return model ? { kind: 'published', model } : preset(latentDim);
}
