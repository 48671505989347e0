// A recorded run of a lab with a latent plane: what its file holds, read and checked once. `npm run record` makes it, the
// lab plays it where nothing can compute. Knows no player and no picture.
//
// The file is a pack (pack.ts) under gzip, 150 KB at most. With F moments of the run, P points of its curves, N images
// whose codes are shown, K images to choose from, D latent dimensions and T tiles along a side of the plane it has
//
//   step               [F]           updates made at each moment; the first is 0
//   curve/step         [P]           updates made at each point of the curves
//   curve/objective    [P]           what was trained on, mean over the last 20 updates at most, nats per image, or the
//                                    squared error per pixel where the term is `mse`
//   curve/<term>       [P]           its terms likewise
//   held-out/<term>    [F]           nats per image on the validation images
//   kl                 [F, D]        nats per dimension, mean over the N images; [F, 0] without a KL
//   variance           [F, D]        of the codes over the N images
//   extent             [F]           half the side of the plane at each moment, in units of the code
//   codes              [F, N, D]     posterior means, in halves of the plane: −1 to 1; of plain codes with more than two
//                                    dimensions where they lie on their principal plane, D = 2
//   labels             [N]           classes of the N images
//   x                  [K, H, W]     the images to choose from, ink 0 to 1, one of each class in order
//   place              [K]           their places in the gallery
//   mean, log-variance [F, K, D]     the posteriors of these; log-variance [F, K, 0] for a deterministic code
//   nll                [F, K]        −log p(x|z) at the posterior mean, nats, or the squared error
//   reconstruction     [F, K, H, W]  decoder means there
//   manifold           [F, T, T, h, w]  decoder means over the plane, row by row from the top left
//
// Of a hierarchy codes, mean and log-variance are those of its top level, the manifold has every level below at its
// prior's mean, and there are besides, with L levels (the one next to the image first) and S draws,
//
//   level-kl           [F, L]        nats per level on the validation images
//   image-kl           [F, K]        nats of each image to choose from, all levels together
//   samples            [F, S, h, w]  decoder means of codes drawn from the priors, from the same noise at each moment
//
// A network of maps has no plane: in place of all that is of its codes there are, with C maps of its first layer,
//
//   maps               [F, K, C, h, w]  their first maps, in shares of the largest number of that moment
//
// and of a code that is shown unit by unit the same, with `maps` the decoder means without each of its C units.
import { PackError, fromLevels, type Pack, type Packed } from './pack.ts';

/** What the run was: words and numbers for the reader. */
export interface About {
  readonly version: 1;
  /** The lab's slug. */
  readonly lab: string;
  readonly network: string;
  readonly family: string;
  readonly dataSet: 'mnist' | 'fashion';
  readonly seed: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly settings: Readonly<Record<string, number>>;
  readonly terms: readonly string[];
  /** The command that makes it again. */
  readonly command: string;
}

export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The arrays by their names in the file, without the terms' own. */
const always = [
  'step',
  'curve/step',
  'curve/objective',
  'x',
  'place',
  'nll',
  'reconstruction',
] as const;
const plane = [
  'kl',
  'variance',
  'extent',
  'codes',
  'labels',
  'mean',
  'log-variance',
  'manifold',
] as const;
const layered = ['maps'] as const;
const hierarchical = ['level-kl', 'image-kl', 'samples'] as const;
export type ArrayName =
  | (typeof always)[number]
  | (typeof plane)[number]
  | (typeof layered)[number]
  | (typeof hierarchical)[number];

export class Recording {
  readonly about: About;
  readonly #arrays: ReadonlyMap<string, Values>;

  /** Throws PackError when something is missing or of another kind. */
  constructor({ about, arrays }: Pack) {
    this.about = parseAbout(about);
    this.#arrays = new Map([...arrays].map(([name, packed]) => [name, decoded(packed)]));
    const wanted = [
      ...always,
      ...(this.layered ? layered : plane),
      ...(this.about.family === 'hvae' ? hierarchical : []),
      ...this.about.terms.flatMap((term) => [`curve/${term}`, `held-out/${term}`]),
    ];
    const missing = wanted.filter((name) => !this.#arrays.has(name));
    if (missing.length > 0) throw new PackError(`The recorded run lacks ${missing.join(', ')}.`);
    if (this.moments === 0) throw new PackError('The recorded run has no moments.');
  }

  /** Moments of the run with pictures. */
  get moments(): number {
    return this.all('step').values.length;
  }

  /** Whether it shows maps, or units, in place of a plane of codes. */
  get layered(): boolean {
    return this.about.family === 'cae' || this.#arrays.has('maps');
  }

  /** Levels of a hierarchy; 0 of another network. */
  get levels(): number {
    return this.#arrays.get('level-kl')?.shape[1] ?? 0;
  }

  get dimensions(): number {
    return this.all('codes').shape[2] ?? 0;
  }

  /** A whole array. */
  all(name: ArrayName | `curve/${string}` | `held-out/${string}`): Values {
    const found = this.#arrays.get(name);
    if (!found) throw new PackError(`The recorded run has no "${name}".`);
    return found;
  }

  /** The part of an array that belongs to one moment, or to one image of a moment. */
  at(name: ArrayName, moment: number, image?: number): Float32Array {
    const { shape, values } = this.all(name);
    const whole = slice(values, shape[0] ?? 1, moment);
    return image === undefined ? whole : slice(whole, shape[1] ?? 1, image);
  }
}

function slice(values: Float32Array, count: number, index: number): Float32Array {
  const size = values.length / Math.max(1, count);
  return values.subarray(index * size, (index + 1) * size);
}

function decoded(packed: Packed): Values {
  const { shape } = packed;
  return { shape, values: packed.kind === 'floats' ? packed.values : fromLevels(packed) };
}

function parseAbout(about: unknown): About {
  if (!isAbout(about)) {
    throw new PackError('The recorded run is of another version. Reload the page.');
  }
  return about;
}

function isAbout(value: unknown): value is About {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: keyof About): unknown => Reflect.get(value, name);
  const { settings, terms } = { settings: field('settings'), terms: field('terms') };
  const numbers = (['seed', 'batchSize', 'stepsPerEpoch'] as const).map(field);
  const texts = (['lab', 'network', 'family', 'command'] as const).map(field);
  return (
    field('version') === 1 &&
    (field('dataSet') === 'mnist' || field('dataSet') === 'fashion') &&
    numbers.every((number) => typeof number === 'number') &&
    texts.every((text) => typeof text === 'string') &&
    typeof settings === 'object' &&
    settings !== null &&
    Object.values(settings).every((number) => typeof number === 'number') &&
    Array.isArray(terms) &&
    terms.every((term) => typeof term === 'string')
  );
}
