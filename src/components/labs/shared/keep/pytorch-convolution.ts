// The PyTorch lines that load a downloaded convolutional autoencoder into the same network: complete, for these very
// sizes. Knows no lab and no download; the other families' lines are in pytorch.ts.
import { codeSize, parseCae, sidesOf } from '../../../../lib/models/cae.config.ts';
import type { ModelSpec } from '../../../../lib/protocol/model.ts';

/**
 * A Python program that loads `file` with `safetensors` and leaves the network in `model`: `model(x)`, `model.encode(x)`
 * and `model.decode(z)`, images and codes in rows. Needs torch and safetensors. Throws ConfigError for a network that is
 * none.
 */
export function convolutionSnippet(spec: ModelSpec, file: string): string {
  const config = parseCae(spec.config);
  const { inputDim, channels, bottleneck, resampling, skip } = config;
  const strided = resampling === 'stride';
  const sides = sidesOf(config);
  const side = sides[0] ?? 0;
  const small = sides.at(-1) ?? 0;
  const last = channels.length - 1;
  const maps = [1, ...channels];
  const flat = (channels[last] ?? 0) * small * small;
  const down = channels.map(
    (out, i) => `nn.Conv2d(${maps[i] ?? 1}, ${out}, 3, ${strided ? 'stride=2, ' : ''}padding=1)`,
  );
  const up = channels.map((_, i) => {
    const inputs = (channels[last - i] ?? 0) * (skip && i > 0 ? 2 : 1);
    const out = maps[last - i] ?? 1;
    return strided
      ? `nn.ConvTranspose2d(${inputs}, ${out}, 3, stride=2, padding=1, output_padding=1)`
      : `nn.Conv2d(${inputs}, ${out}, 3, padding=1)`;
  });
  const dense = bottleneck > 0;
  const code = codeSize(config);
  return [
    'import torch',
    'import torch.nn.functional as F',
    'from safetensors.torch import load_file',
    'from torch import nn',
    '',
    '',
    'class ConvAutoencoder(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    `        self.encoder = nn.ModuleList([${down.join(', ')}])`,
    ...(dense ? [`        self.code = nn.Linear(${flat}, ${bottleneck})`] : []),
    `        self.decoder = nn.ModuleList([${[...(dense ? [`nn.Linear(${bottleneck}, ${flat})`] : []), ...up].join(', ')}])`,
    '',
    '    def maps(self, x):  # every layer of the encoder, from images in rows',
    `        h, maps = x.view(-1, 1, ${side}, ${side}), []`,
    '        for layer in self.encoder:',
    strided
      ? '            h = torch.relu(layer(h))'
      : '            h = F.max_pool2d(torch.relu(layer(h)), 2)',
    '            maps.append(h)',
    '        return maps',
    '',
    `    def encode(self, x):  # [batch, ${inputDim}] to codes, [batch, ${code}]`,
    dense
      ? '        return self.code(self.maps(x)[-1].flatten(1))'
      : '        return self.maps(x)[-1].flatten(1)',
    '',
    `    def decode(self, z${skip ? ', maps=None' : ''}):  # [batch, ${code}] to means, [batch, ${inputDim}] in [0, 1]`,
    dense
      ? `        h = torch.relu(self.decoder[0](z)).view(-1, ${channels[last] ?? 0}, ${small}, ${small})`
      : `        h = z.view(-1, ${channels[last] ?? 0}, ${small}, ${small})`,
    `        layers = self.decoder${dense ? '[1:]' : ''}`,
    '        for i, layer in enumerate(layers):',
    ...(skip
      ? [
          '            if i > 0:  # what skips the code; zeros where it is not given',
          '                h = torch.cat([h, maps[-1 - i] if maps else torch.zeros_like(h)], 1)',
        ]
      : []),
    `            h = layer(${strided ? 'h' : 'F.interpolate(h, scale_factor=2)'})`,
    '            h = torch.relu(h) if i + 1 < len(layers) else torch.sigmoid(h)',
    '        return h.flatten(1)',
    '',
    '    def forward(self, x):',
    `        return self.decode(self.encode(x)${skip ? ', self.maps(x)' : ''})`,
    '',
    '',
    'model = ConvAutoencoder()',
    `model.load_state_dict(load_file(${JSON.stringify(file)}))`,
    'model.eval()',
    '',
  ].join('\n');
}
