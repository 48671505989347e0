// The family as a map: where each chapter stands and what it grew from. Positions are for a drawing 1024 units wide.
// Titles and addresses come from course.ts; knows no component.
import { parts, type Chapter } from './course.ts';

export interface Place {
  readonly chapter: Chapter;
  readonly name: string; // short, fits a box
  readonly x: number; // left edge
  readonly y: number; // middle
  readonly from: readonly number[]; // chapters it grew from
  readonly part: boolean; // a piece of its parent rather than a descendant
}

export const BOX = { width: 218, height: 46 } as const;

type Row = readonly [number, string, number, number, readonly number[], 'part'?];

const rows: readonly Row[] = [
  [1, 'Autoencoder', 0, 206, []],
  [2, 'Fully connected', 262, 30, [1]],
  [3, 'Convolutional', 262, 88, [1]],
  [4, 'Denoising', 262, 146, [1]],
  [5, 'Principal manifolds', 262, 204, [1]],
  [6, 'Sparse', 262, 262, [1]],
  [7, 'Variational (VAE)', 262, 348, [1]],
  [8, 'ELBO and KL', 290, 414, [7], 'part'],
  [9, 'Reparameterization', 290, 468, [7], 'part'],
  [10, 'Likelihoods', 290, 522, [7], 'part'],
  [11, 'Conditional', 556, 232, [7]],
  [12, 'β-VAE', 556, 290, [7]],
  [13, 'VQ-VAE', 556, 348, [7]],
  [14, 'Adversarial', 556, 406, [7]],
  [15, 'Hierarchical', 556, 464, [7]],
  [19, 'GANs, flows, diffusion', 806, 146, [4, 14, 15]],
  [16, 'Evaluation', 0, 616, []],
  [17, 'Applications', 262, 616, []],
  [18, 'Training in practice', 524, 616, []],
];

const chapters = new Map(parts.flatMap((part) => part.chapters).map((one) => [one.number, one]));

export const places: readonly Place[] = rows.flatMap(([number, name, x, y, from, part]) => {
  const chapter = chapters.get(number);
  return chapter === undefined ? [] : [{ chapter, name, x, y, from, part: part === 'part' }];
});
