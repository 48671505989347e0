// The stages of an autoencoder's forward pass, in words, equations and tensors, for slow motion.
// Its tensors are made by the families with the functions of their losses; here they get names. Knows no weights.
import type { Activation } from '../ops/layers.ts';
import { mul, sigmoid, softplus, square, sub } from '../ops/tf.ts';
import type { Tensor, Tensor2D } from '../ops/tf.ts';
import type { Part, StageFigure, StageTensor } from '../protocol/slow.ts';
import { hasSigmoid, type AeLikelihood } from './ae.config.ts';
import type { DenseSizes } from './dense.config.ts';
import type { ForwardStage, ForwardTensor } from './family.ts';

export const ACTIVATION_WORDS: Readonly<Record<Activation, string>> = {
  relu: 'relu',
  'leaky-relu': 'leaky relu',
  tanh: 'tanh',
  linear: 'linear',
};

/** A tensor of one image, [1, …]. */
function tensor(
  name: string,
  part: Part,
  value: Tensor,
  scale: StageTensor['scale'] = 'signed',
): ForwardTensor {
  return { name, part, value, scale };
}

/** x: [1, pixels]; `hidden`: the encoder's last hidden layer; `logVar`: none for a code without noise. */
export function encodeStage(
  config: DenseSizes,
  x: Tensor2D,
  hidden: Tensor2D,
  code: { readonly mean: Tensor2D; readonly logVar: Tensor2D | null },
): ForwardStage {
  const layers = config.hidden.length;
  const first = `h = ${activated(config, 'W_1 x + b_1')}`;
  const h = layers === 1 ? first : `${first}, and ${moreSuch(layers - 1)}`;
  const image = tensor('x', 'dat', x, 'ink');
  const seen = layers === 0 ? [image] : [image, tensor('h', 'enc', hidden)];
  if (!code.logVar) {
    return {
      name: 'encode',
      says: 'The encoder turns the image x into its code z: one number for each latent dimension.',
      equation: layers === 0 ? 'z = W_z x + b_z' : `${h}\nz = W_z h + b_z`,
      tensors: [...seen, tensor('z', 'lat', code.mean)],
    };
  }
  return {
    name: 'encode',
    says: 'The encoder turns the image x into a distribution over codes, q(z|x): a mean and a log-variance for each latent dimension.',
    equation: `${h}\nμ = W_μ h + b_μ\nlog σ^2 = W_σ h + b_σ`,
    tensors: [...seen, tensor('μ', 'enc', code.mean), tensor('log σ^2', 'enc', code.logVar)],
  };
}

function moreSuch(layers: number): string {
  return `${layers} more such ${layers === 1 ? 'layer' : 'layers'}`;
}

function activated({ activation }: DenseSizes, inner: string): string {
  return activation === 'linear' ? inner : `${ACTIVATION_WORDS[activation]}(${inner})`;
}

/** ε and z: [1, latent], or [1, k, latent] of an image with k codes. */
export function sampleStage(noise: Tensor, z: Tensor, codes = 1): ForwardStage {
  const one = codes === 1;
  return {
    name: 'sample',
    says: one
      ? 'A code z is drawn from q(z|x): noise ε, stretched by σ and moved by μ, so that the gradient reaches both.'
      : `${codes} codes z are drawn from q(z|x): noise ε, stretched by σ and moved by μ, so that the gradient reaches both.`,
    equation: one ? 'z = μ + σ ⊙ ε,  ε ~ N(0, I)' : 'z_i = μ + σ ⊙ ε_i,  ε_i ~ N(0, I)',
    tensors: [tensor('ε', 'lat', noise), tensor('z', 'lat', z)],
  };
}

/** `means`: [1, pixels], or [1, k, pixels]. */
export function decodeStage(
  config: DenseSizes & { readonly likelihood: AeLikelihood },
  hidden: Tensor,
  means: Tensor,
): ForwardStage {
  const out = config.hidden.length + 1;
  const more = out > 2 ? ` and ${moreSuch(out - 2)}` : '';
  const flat = out === 1;
  const [from, first] = flat
    ? ['z', '']
    : ['h', `h = ${activated(config, 'V_1 z + c_1')}${more && `,${more}`}\n`];
  const last = `V_${out} ${from} + c_${out}`;
  const picture = tensor('x̂', 'dec', means, 'ink');
  return {
    name: 'decode',
    says:
      config.likelihood === 'bernoulli'
        ? 'The decoder turns the code into the probability of ink at each pixel: the decoder mean x̂.'
        : config.likelihood === 'gaussian'
          ? 'The decoder turns the code into the mean of each pixel, x̂.'
          : 'The decoder turns the code into the reconstruction x̂, pixel by pixel.',
    equation: `${first}x̂ = ${hasSigmoid(config) ? `sigmoid(${last})` : last}`,
    tensors: flat ? [picture] : [tensor('h', 'dec', hidden), picture],
  };
}

/** The loss of each kind in an equation, and of one pixel. */
export const PIXEL_LOSS_WORDS: Readonly<
  Record<AeLikelihood, { readonly equation: string; readonly pixel: string }>
> = {
  bernoulli: { equation: 'L = −log p_θ(x|z)', pixel: '−log p(x_j|z)' },
  gaussian: { equation: 'L = −log p_θ(x|z)', pixel: '−log p(x_j|z)' },
  mse: { equation: 'L = (1/D) Σ_j (x_j − x̂_j)^2', pixel: '(x_j − x̂_j)^2' },
  'mse-linear': { equation: 'L = (1/D) Σ_j (x_j − x̂_j)^2', pixel: '(x_j − x̂_j)^2' },
  'cross-entropy': {
    equation: 'L = −Σ_j x_j log x̂_j + (1 − x_j) log(1 − x̂_j)',
    pixel: 'H(x_j, x̂_j)',
  },
};

/** The loss of each pixel and, where there is one, the KL of each latent dimension: [1, …], nats or squared grey. */
export function lossStage(
  equation: string,
  terms: { readonly perPixel: Tensor2D; readonly kl?: Tensor2D; readonly pixel?: string },
  figures: readonly StageFigure[] = [],
): ForwardStage {
  const { perPixel, kl, pixel = '−log p(x_j|z)' } = terms;
  return {
    name: 'loss',
    says: kl
      ? 'The reconstruction says how badly x̂ explains x, pixel by pixel; the KL how far q(z|x) is from the prior, dimension by dimension.'
      : 'The reconstruction says how badly x̂ explains x, pixel by pixel.',
    equation,
    tensors: [tensor(pixel, 'dec', perPixel), ...(kl ? [tensor('KL_j', 'lat', kl)] : [])],
    figures,
  };
}

/** The loss of each pixel: what losses.ts sums up, or averages. A Gaussian's constant is left out: it is the same everywhere. */
export function pixelLoss(
  { likelihood }: { readonly likelihood: AeLikelihood },
  logits: Tensor2D,
  x: Tensor2D,
): Tensor2D {
  switch (likelihood) {
    case 'bernoulli':
    case 'cross-entropy':
      return sub(softplus(logits), mul(x, logits));
    case 'gaussian':
      return mul(square(sub(x, logits)), 0.5);
    case 'mse':
      return square(sub(x, sigmoid(logits)));
    case 'mse-linear':
      return square(sub(x, logits));
  }
}
