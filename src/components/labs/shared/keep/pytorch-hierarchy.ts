// The PyTorch lines that load a downloaded hierarchical VAE into the same network: complete, for these very sizes.
// Knows no lab and no download; the other families' lines are in pytorch.ts.
import { latentTotal, parseHvae, type HvaeConfig } from '../../../../lib/models/hvae.config.ts';
import type { ModelSpec } from '../../../../lib/protocol/model.ts';

const ACTIVATIONS: Readonly<Record<HvaeConfig['activation'], readonly [string, string]>> = {
  relu: ['torch.relu(', ')'],
  'leaky-relu': ['F.leaky_relu(', ', 0.2)'],
  tanh: ['torch.tanh(', ')'],
};

/**
 * A Python program that loads `file` with `safetensors` and leaves the network in `model`: `model.encode(x)`,
 * `model.decode(z)` and `model.sample(noise)`, the codes of all levels in one row, z_1 first. Needs torch and
 * safetensors. Throws ConfigError for a network that is none.
 */
export function hierarchySnippet(spec: ModelSpec, file: string): string {
  const config = parseHvae(spec.config);
  const { inputDim, levels, activation } = config;
  return [
    'import torch',
    ...(activation === 'leaky-relu' ? ['import torch.nn.functional as F'] : []),
    'from safetensors.torch import load_file',
    'from torch import nn',
    '',
    `LATENT = [${levels.map(({ latent }) => latent).join(', ')}]  # by level, the one next to the image first`,
    '',
    '',
    ...denseClass(config),
    '',
    '',
    'class Heads(nn.Module):',
    '    def __init__(self, width, latent):',
    '        super().__init__()',
    '        self.mean = nn.Linear(width, latent)',
    '        self.log_var = nn.Linear(width, latent)',
    '',
    '    def forward(self, h):',
    '        return self.mean(h), self.log_var(h).clamp(-11, 11)',
    '',
    '',
    'class Hierarchy(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    ...layerLists(config),
    `        self.pixels = nn.Linear(${levels[0]?.hidden[0] ?? 0}, ${inputDim})`,
    '',
    '    def down(self, l, z, h):  # features of z_l, and of those above where they pass beside it',
    `        return self.top[l](${config.skip ? 'z if h is None else torch.cat([z, h], 1)' : 'z'})`,
    '',
    `    def encode(self, x):  # [batch, ${inputDim}] to means and log-variances of all levels, each given the others' means`,
    ...(config.inference === 'bottom-up' ? encodeBottomUp : encodeTopDown(config)),
    '        return torch.cat(means, 1), torch.cat(log_vars, 1)',
    '',
    `    def decode(self, z):  # [batch, ${latentTotal(config)}] to means of p(x|z), [batch, ${inputDim}] in [0, 1]`,
    '        h = None',
    '        for l, code in reversed(list(enumerate(z.split(LATENT, 1)))):',
    '            h = self.down(l, code, h)',
    '        return torch.sigmoid(self.pixels(h))',
    '',
    `    def sample(self, noise):  # [n, ${latentTotal(config)}] standard normal to codes, from the top down`,
    '        codes, h = [], None',
    '        for l, z in reversed(list(enumerate(noise.split(LATENT, 1)))):',
    '            if h is not None:',
    '                mean, log_var = self.prior[l](h)',
    '                z = mean + torch.exp(0.5 * log_var) * z',
    '            codes.insert(0, z)',
    '            h = self.down(l, z, h)',
    '        return torch.cat(codes, 1)',
    '',
    '',
    'model = Hierarchy()',
    `model.load_state_dict(load_file(${JSON.stringify(file)}))`,
    'model.eval()',
    '',
  ].join('\n');
}

/** A dense layer with what follows it. */
function denseClass({ activation, normalisation }: HvaeConfig): string[] {
  const [before, after] = ACTIVATIONS[activation];
  const forward = (sums: string): string[] => [
    '    def forward(self, x):',
    `        return ${before}${sums}${after}`,
  ];
  if (normalisation === 'none') {
    return ['class Dense(nn.Linear):', ...forward('super().forward(x)')];
  }
  return [
    'class Dense(nn.Linear):',
    '    def __init__(self, inputs, outputs):',
    '        super().__init__(inputs, outputs, bias=False)',
    '        self.norm = nn.BatchNorm1d(outputs)',
    '',
    ...forward('self.norm(super().forward(x))'),
  ];
}

function layerLists({ inputDim, levels, inference, posterior, skip }: HvaeConfig): string[] {
  const top = levels.length - 1;
  const above = levels.map((_, l) => levels[l + 1]?.hidden[0] ?? 0); // width of the decoder's features from above
  const below = levels.map((_, l) => {
    const lower = levels[l - 1];
    if (!lower) return inputDim;
    return inference === 'bottom-up' ? lower.latent : (lower.hidden.at(-1) ?? 0);
  });
  const plus = (own: number, beside: number): string =>
    beside > 0 ? `${own} + ${beside}` : `${own}`;
  const offset = inference === 'top-down' && posterior === 'residual';
  const lists = {
    bottom: levels.map(({ hidden }, l) => sequence(`${below[l] ?? 0}`, hidden)),
    posterior: levels.map(
      ({ latent, hidden }, l) =>
        `Heads(${plus(hidden.at(-1) ?? 0, offset ? (above[l] ?? 0) : 0)}, ${latent})`,
    ),
    top: levels.map(({ latent, hidden }, l) =>
      sequence(plus(latent, skip ? (above[l] ?? 0) : 0), [...hidden].reverse()),
    ),
    prior: levels.slice(0, top).map(({ latent }, l) => `Heads(${above[l] ?? 0}, ${latent})`),
  };
  return Object.entries(lists).flatMap(([name, entries]) => [
    `        self.${name} = nn.ModuleList([`,
    ...entries.map((entry) => `            ${entry},`),
    '        ])',
  ]);
}

function sequence(first: string, widths: readonly number[]): string {
  const layers = widths.map(
    (width, i) => `Dense(${i === 0 ? first : (widths[i - 1] ?? 0)}, ${width})`,
  );
  return `nn.Sequential(${layers.join(', ')})`;
}

const encodeBottomUp: readonly string[] = [
  '        means, log_vars = [], []',
  '        for layers, posterior in zip(self.bottom, self.posterior):',
  '            x, log_var = posterior(layers(x))',
  '            means.append(x)',
  '            log_vars.append(log_var)',
];

function encodeTopDown({ posterior }: HvaeConfig): string[] {
  const meet =
    posterior === 'product'
      ? [
          '                prior, own = self.prior[l](h), self.posterior[l](up[l])',
          '                a, b = torch.exp(-own[1]), torch.exp(-prior[1])  # precisions',
          '                mean, log_var = (own[0] * a + prior[0] * b) / (a + b), -torch.log(a + b)',
        ]
      : [
          '                prior, offset = self.prior[l](h), self.posterior[l](torch.cat([up[l], h], 1))',
          '                mean, log_var = prior[0] + offset[0], prior[1] + offset[1]',
        ];
  return [
    '        up, means, log_vars, h = [], [], [], None',
    '        for layers in self.bottom:',
    '            x = layers(x)',
    '            up.append(x)',
    '        for l in reversed(range(len(LATENT))):',
    '            if h is None:',
    '                mean, log_var = self.posterior[l](up[l])',
    '            else:',
    ...meet,
    '            means.insert(0, mean)',
    '            log_vars.insert(0, log_var)',
    '            h = self.down(l, mean, h)',
  ];
}
