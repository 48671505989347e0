// The stages of a hierarchical VAE's forward pass, in words, equations and tensors, for slow motion: features upwards,
// every level's prior, posterior and code from the top down, the loss level by level. The tensors are those of the loss;
// here they get names, as the chapter writes them: e_l of the encoder, h_l of the decoder. Knows no weights.
import { ACTIVATION_WORDS, pixelLoss } from './stages.ts';
import { concat, reshape, sigmoid, slice, sum } from '../ops/tf.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../ops/tf.ts';
import type { Part, StageTensor } from '../protocol/slow.ts';
import { levelSpans, type HvaeConfig } from './hvae.config.ts';
import type { Batch, ForwardStage, ForwardTensor } from './family.ts';
import type { LevelTerms, Price } from './hvae.ts';

/** What a pass through the network gives; the batch first. */
interface Inferred {
  readonly levels: readonly LevelTerms[];
  readonly logits: Tensor2D;
}

/** The stages of the first image of a batch. Throws where the batch has no noise. */
export function hierarchyStages(
  config: HvaeConfig,
  batch: Batch,
  { levels, logits }: Inferred,
  price: Price,
): readonly ForwardStage[] {
  const perPixel = first(pixelLoss({ likelihood: 'bernoulli' }, logits, batch.target));
  return [
    encodeStage(config, first(batch.input), levels),
    sampleStage(config, batch, levels),
    decodeStage(config, levels, first(sigmoid(logits))),
    lossStage(config, perPixel, levels, price),
  ];
}

function encodeStage(config: HvaeConfig, x: Tensor2D, levels: readonly LevelTerms[]): ForwardStage {
  const dense = `u_l: dense layers${config.normalisation === 'batch' ? ', each normalised over the batch' : ''}, ${ACTIVATION_WORDS[config.activation]}`;
  const climb = 'e_1 = u_1(x),  e_l = u_l(e_{l−1})';
  const chain = 'e_1 = u_1(x),  e_l = u_l(z_{l−1})';
  const ladder = config.inference === 'top-down';
  return {
    name: 'encode',
    says: ladder
      ? 'The encoder climbs from the image x to the top and leaves features eₗ at every level; no code is drawn on the way up.'
      : 'The encoder climbs from the image x to the top, and every level above the first sees only the code drawn below it.',
    equation: `${ladder ? climb : chain}\n${dense}`,
    tensors: [
      tensor('x', 'dat', x, 'ink'),
      ...levels.map(({ up }, l) => tensor(`e_${l + 1}`, 'enc', first(up))),
    ],
  };
}

/** All levels in the order in which they are drawn, from the top down; bottom-up inference has drawn them the other way. */
function sampleStage(
  config: HvaeConfig,
  { noise }: Batch,
  levels: readonly LevelTerms[],
): ForwardStage {
  if (!noise) throw new Error('The hierarchical VAE samples its codes: give it noise.');
  const top = levels.length;
  const spans = levelSpans(config);
  const ladder = config.inference === 'top-down';
  const shared = `p(z_${top}) = N(0, I),  p(z_l|z_{>l}) = N(μ_{p,l}, σ_{p,l}^2)`;
  const kinds = {
    residual: 'μ_{q,l} = μ_{p,l} + Δμ_l,  log σ_{q,l}^2 = log σ_{p,l}^2 + Δ log σ_l^2',
    product:
      'σ_{q,l}^{−2} = σ_l^{−2} + σ_{p,l}^{−2},  μ_{q,l} = σ_{q,l}^2 (μ_l σ_l^{−2} + μ_{p,l} σ_{p,l}^{−2})',
  } as const;
  const equation = [shared, ...(ladder && top > 1 ? [kinds[config.posterior]] : [])];
  const says = {
    residual:
      'From the top down every level gets its prior from the codes above and its posterior as an offset from that prior, and zₗ is drawn from the posterior.',
    product:
      'From the top down every level gets its prior from the codes above and its posterior as the product of that prior with what the encoder proposes, and zₗ is drawn from the posterior.',
    'bottom-up':
      'Every code zₗ was drawn from its own posterior on the way up; from the top down the codes give each level its prior.',
  } as const;
  const tensors = levels.flatMap(({ posterior, prior, z }, l) => {
    const level = l + 1;
    const own = slice(noise, [0, spans[l]![0]], [1, spans[l]![1] - spans[l]![0]]);
    const ofPrior = [
      tensor(`μ_{p,${level}}`, 'dec', first(prior.mean)),
      tensor(`log σ_{p,${level}}^2`, 'dec', first(prior.logVar)),
    ];
    return [
      [
        ...(level === top ? [] : ofPrior),
        tensor(`μ_{q,${level}}`, 'enc', first(posterior.mean)),
        tensor(`log σ_{q,${level}}^2`, 'enc', first(posterior.logVar)),
        tensor(`ε_${level}`, 'lat', own),
        tensor(`z_${level}`, 'lat', first(z)),
      ],
    ];
  });
  return {
    name: 'sample',
    says: says[ladder ? config.posterior : 'bottom-up'],
    equation: [...equation, 'z_l = μ_{q,l} + σ_{q,l} ⊙ ε_l,  ε_l ~ N(0, I)'].join('\n'),
    tensors: tensors.reverse().flat(),
  };
}

function decodeStage(
  { skip }: HvaeConfig,
  levels: readonly LevelTerms[],
  means: Tensor2D,
): ForwardStage {
  const top = levels.length;
  return {
    name: 'decode',
    says: skip
      ? 'On the same way down every level makes features hₗ of its code and of the features above, which pass beside it; the last give the probability of ink at each pixel, the decoder mean x̂.'
      : 'On the same way down every code gives the features hₗ that the prior below it is made of; those of z₁ give the probability of ink at each pixel, the decoder mean x̂.',
    equation: `h_${top} = f_${top}(z_${top}),  h_l = ${skip ? 'f_l(z_l, h_{l+1})' : 'f_l(z_l)'}\nx̂ = sigmoid(V h_1 + c)`,
    tensors: [
      ...levels.map(({ down }, l) => tensor(`h_${l + 1}`, 'dec', first(down))).reverse(),
      tensor('x̂', 'dec', means, 'ink'),
    ],
  };
}

/** The image's loss by pixel and by dimension; of the batch the KL of each level, which is what free bits are a floor of. */
function lossStage(
  { inference }: HvaeConfig,
  perPixel: Tensor2D,
  levels: readonly LevelTerms[],
  { perLevel, penalised, freeBits, weight }: Price,
): ForwardStage {
  const costs = levels.map(({ cost }) => first(cost));
  const floor = freeBits > 0;
  const batchMean = 'by level, z₁ first, mean of the batch';
  const sampled =
    inference === 'bottom-up' && levels.length > 1
      ? ' Below the top the KL has no closed form: it is log q − log p of the code drawn, and can be negative.'
      : '';
  return {
    name: 'loss',
    says: `The reconstruction says how badly x̂ explains x, pixel by pixel; the KL of each level how far its posterior is from its own prior.${sampled}`,
    equation: `L = −log p_θ(x|z) + β Σ_l ${floor ? 'max(λ, KL_l)' : 'KL_l'}`,
    tensors: [
      tensor('−log p(x_j|z)', 'dec', perPixel),
      ...costs.map((cost, l) => tensor(`KL_{${l + 1},j}`, 'lat', cost)).reverse(),
      { ...tensor('KL_l', 'lat', byLevel(perLevel)), shown: batchMean },
      ...(floor
        ? [{ ...tensor('max(λ, KL_l)', 'lat', byLevel(penalised)), shown: batchMean }]
        : []),
    ],
    figures: [
      ...(floor
        ? [{ name: 'free bits λ', part: 'lat' as const, value: freeBits, unit: 'nats' }]
        : []),
      { name: 'β in this update', part: 'lat', value: weight, unit: '' },
    ],
    perImage: [sum<Tensor1D>(perPixel, 1), sum<Tensor1D>(concat(costs, 1), 1)],
  };
}

/** Scalars as [1, levels], z_1 first. */
function byLevel(values: readonly Scalar[]): Tensor2D {
  return concat(
    values.map((value) => reshape(value, [1, 1])),
    1,
  );
}

/** The first row, [1, width]. */
function first(all: Tensor2D): Tensor2D {
  return slice(all, [0, 0], [1, -1]);
}

function tensor(
  name: string,
  part: Part,
  value: Tensor,
  scale: StageTensor['scale'] = 'signed',
): ForwardTensor {
  return { name, part, value, scale };
}
