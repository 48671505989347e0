// The stages of an autoencoder's forward pass, in words, equations and tensors, for slow motion.
// Its tensors are made by the families with the functions of their losses; here they get names. Knows no weights.
import type { Activation } from '../ops/layers.ts';
import { mul, softplus, square, sub } from '../ops/tf.ts';
import type { Tensor, Tensor2D } from '../ops/tf.ts';
import type { Part, StageFigure, StageTensor } from '../protocol/slow.ts';
import type { DenseConfig } from './dense.config.ts';
import type { ForwardStage, ForwardTensor } from './family.ts';

export const ACTIVATION_WORDS: Readonly<Record<Activation, string>> = {
  relu: 'relu',
  'leaky-relu': 'leaky relu',
  tanh: 'tanh',
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
  config: DenseConfig,
  x: Tensor2D,
  hidden: Tensor2D,
  code: { readonly mean: Tensor2D; readonly logVar: Tensor2D | null },
): ForwardStage {
  const activation = ACTIVATION_WORDS[config.activation];
  const layers = config.hidden.length;
  const first = `h = ${activation}(W_1 x + b_1)`;
  const h = layers === 1 ? first : `${first}, and ${layers - 1} more such layers`;
  const seen = [tensor('x', 'dat', x, 'ink'), tensor('h', 'enc', hidden)];
  if (!code.logVar) {
    return {
      name: 'encode',
      says: 'The encoder turns the image x into its code z: one number for each latent dimension.',
      equation: `${h}\nz = W_z h + b_z`,
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
export function decodeStage(config: DenseConfig, hidden: Tensor, means: Tensor): ForwardStage {
  const activation = ACTIVATION_WORDS[config.activation];
  const out = config.hidden.length + 1;
  const more = out > 2 ? ` and ${out - 2} more such layers` : '';
  const bernoulli = config.likelihood === 'bernoulli';
  return {
    name: 'decode',
    says: bernoulli
      ? 'The decoder turns the code into the probability of ink at each pixel: the decoder mean x̂.'
      : 'The decoder turns the code into the mean of each pixel, x̂.',
    equation: `h = ${activation}(V_1 z + c_1)${more && `,${more}`}\nx̂ = ${
      bernoulli ? `sigmoid(V_${out} h + c_${out})` : `V_${out} h + c_${out}`
    }`,
    tensors: [tensor('h', 'dec', hidden), tensor('x̂', 'dec', means, 'ink')],
  };
}

/** The loss of each pixel and, where there is one, the KL of each latent dimension: [1, …], nats. */
export function lossStage(
  equation: string,
  terms: { readonly perPixel: Tensor2D; readonly kl?: Tensor2D },
  figures: readonly StageFigure[] = [],
): ForwardStage {
  const { perPixel, kl } = terms;
  return {
    name: 'loss',
    says: kl
      ? 'The reconstruction says how badly x̂ explains x, pixel by pixel; the KL how far q(z|x) is from the prior, dimension by dimension.'
      : 'The reconstruction says how badly x̂ explains x, pixel by pixel.',
    equation,
    tensors: [tensor('−log p(x_j|z)', 'dec', perPixel), ...(kl ? [tensor('KL_j', 'lat', kl)] : [])],
    figures,
  };
}

/** −log p(x|z) of each pixel, nats; what losses.ts sums up. A Gaussian's constant is left out: it is the same everywhere. */
export function pixelLoss(
  config: Pick<DenseConfig, 'likelihood'>,
  logits: Tensor2D,
  x: Tensor2D,
): Tensor2D {
  return config.likelihood === 'bernoulli'
    ? sub(softplus(logits), mul(x, logits))
    : mul(square(sub(x, logits)), 0.5);
}
