// The PyTorch lines that load a downloaded file into the same network: complete, for these very sizes.
// Of the families made of one encoder and one decoder; convolutions' are in pytorch-convolution.ts, hierarchies'
// in pytorch-hierarchy.ts. Knows no lab and no
// download.
import { hasSigmoid, parseAe, type AeConfig } from '../../../../lib/models/ae.config.ts';
import type { ActivationName } from '../../../../lib/models/dense.config.ts';
import { ConfigError } from '../../../../lib/models/dense.config.ts';
import { parseIwae } from '../../../../lib/models/iwae.config.ts';
import { parseVae } from '../../../../lib/models/vae.config.ts';
import type { ModelSpec } from '../../../../lib/protocol/model.ts';
import { convolutionSnippet } from './pytorch-convolution.ts';
import { hierarchySnippet } from './pytorch-hierarchy.ts';

/** Numbers of a colour image, and how they lie in x: channels last. */
const COLOUR_DIM = 3072;
const COLOUR_LINES = [
  '# x: 32 × 32 colour images in [0, 1], the red, green and blue of each pixel side by side:',
  '# images.permute(0, 2, 3, 1).reshape(-1, 3072) of PyTorch’s [batch, 3, 32, 32]',
];

const ACTIVATIONS: Readonly<Record<ActivationName, string>> = {
  relu: 'torch.relu(layer(h))',
  'leaky-relu': 'F.leaky_relu(layer(h), 0.2)',
  tanh: 'torch.tanh(layer(h))',
  linear: 'layer(h)',
};

/** The program for a network of any family, as `denseSnippet`, `convolutionSnippet` and `hierarchySnippet` write it. Throws ConfigError. */
export function pytorchSnippet(spec: ModelSpec, file: string): string {
  if (spec.family === 'hvae') return hierarchySnippet(spec, file);
  return spec.family === 'cae' ? convolutionSnippet(spec, file) : denseSnippet(spec, file);
}

/** The sizes of a dense network of any family, and whether its code is a distribution. Throws ConfigError. */
function denseOf(spec: ModelSpec): { config: AeConfig; variational: boolean; title: string } {
  switch (spec.family) {
    case 'ae':
      return { config: parseAe(spec.config), variational: false, title: 'Autoencoder' };
    case 'vae':
      return { config: parseVae(spec.config), variational: true, title: 'Vae' };
    case 'iwae':
      return { config: parseIwae(spec.config), variational: true, title: 'Iwae' };
    default:
      throw new ConfigError(`There are no PyTorch lines for the family "${spec.family}".`);
  }
}

/**
 * A Python program that loads `file` with `safetensors` and leaves the network in `model`: `model.encode(x)` and
 * `model.decode(z)`. Needs torch and safetensors. Throws ConfigError for a network that is none.
 */
export function denseSnippet(spec: ModelSpec, file: string): string {
  const { config, variational, title } = denseOf(spec);
  const { inputDim, hidden, latentDim, activation } = config;
  const last = hidden.at(-1) ?? inputDim;
  const down = [inputDim, ...hidden];
  const up = [latentDim, ...[...hidden].reverse(), inputDim];
  const leaky = activation === 'leaky-relu';
  const code = variational
    ? [
        `        self.mean = nn.Linear(${last}, ${latentDim})`,
        `        self.log_var = nn.Linear(${last}, ${latentDim})`,
      ]
    : [`        self.code = nn.Linear(${last}, ${latentDim})`];
  const encode = variational
    ? [
        `    def encode(self, x):  # [batch, ${inputDim}] to mean and log-variance of q(z|x), [batch, ${latentDim}] each`,
        ...hiddenLayers('x', 'self.encoder', activation),
        '        return self.mean(h), self.log_var(h).clamp(-11, 11)',
      ]
    : [
        `    def encode(self, x):  # [batch, ${inputDim}] to codes, [batch, ${latentDim}]`,
        ...hiddenLayers('x', 'self.encoder', activation),
        '        return self.code(h)',
      ];
  const out = 'self.decoder[-1](h)';
  return [
    'import torch',
    ...(leaky ? ['import torch.nn.functional as F'] : []),
    'from safetensors.torch import load_file',
    'from torch import nn',
    '',
    '',
    `class ${title}(nn.Module):`,
    '    def __init__(self):',
    '        super().__init__()',
    `        self.encoder = nn.ModuleList([${layers(down)}])`,
    ...code,
    `        self.decoder = nn.ModuleList([${layers(up)}])`,
    '',
    ...encode,
    '',
    `    def decode(self, z):  # [batch, ${latentDim}] to means of p(x|z), [batch, ${inputDim}] in [0, 1]`,
    ...hiddenLayers('z', 'self.decoder[:-1]', activation),
    `        return ${hasSigmoid(config) ? `torch.sigmoid(${out})` : `${out}.clamp(0, 1)`}`,
    '',
    '',
    ...(inputDim === COLOUR_DIM ? COLOUR_LINES : []),
    `model = ${title}()`,
    `model.load_state_dict(load_file(${JSON.stringify(file)}))`,
    'model.eval()',
    '',
  ].join('\n');
}

function layers(widths: readonly number[]): string {
  return widths
    .slice(1)
    .map((out, i) => `nn.Linear(${widths[i] ?? out}, ${out})`)
    .join(', ');
}

function hiddenLayers(from: string, list: string, activation: ActivationName): string[] {
  return [
    `        h = ${from}`,
    `        for layer in ${list}:`,
    `            h = ${ACTIVATIONS[activation]}`,
  ];
}
