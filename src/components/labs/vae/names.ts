// How the lab calls an image: by class where somebody labelled it, and always as what it is (a test image, a drawing).
import type { Subject } from './gallery.ts';
import { classNames, type DataSet } from './props.ts';

/** "a 7" or "an ankle boot"; a drawing is the reader's. */
export function nameOf(set: DataSet, { label }: Pick<Subject, 'label'>): string {
  const name = classNames[set][label];
  if (name === undefined) return 'your drawing';
  if (set === 'mnist') return name === '8' ? 'an 8' : `a ${name}`;
  return name === 'trousers' ? name : `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A dimension as it is written: z₁ for the first. */
export function dimensionName(index: number): string {
  const digits = String(index + 1).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'.charAt(Number(digit)));
  return `z${digits}`;
}

/** What the lab invites to, in one line. */
export function titleOf(set: DataSet, variational: boolean, latentDim: number): string {
  const image = set === 'mnist' ? 'a digit' : 'a garment';
  const code = variational ? 'a distribution' : 'a point';
  const where = latentDim === 2 ? 'the plane it lives in' : 'the space it lives in';
  return `Encode ${image} as ${code}, then walk ${where}`;
}
