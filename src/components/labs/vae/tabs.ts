// The panels below the lab's stage, by name. Pure.
import type { Panel } from './view.svelte.ts';

/** Panels that the view decodes pictures for, and those that bring their own. */
export const tabNames = [
  'curves',
  'kl',
  'path',
  'prior',
  'traverse',
  'slow',
  'own',
  'keep',
] as const;
export type Tab = (typeof tabNames)[number];

interface TabLabel {
  readonly value: Tab;
  readonly label: string;
}

/** The tabs in order. One figure needs two networks to be worth a tab. */
export function tabsOf(comparing: boolean): readonly TabLabel[] {
  return [
    { value: 'curves', label: 'Loss' },
    ...(comparing ? [{ value: 'kl', label: 'KL' } as const] : []),
    { value: 'path', label: 'Interpolate' },
    { value: 'prior', label: 'Prior samples' },
    { value: 'traverse', label: 'Traverse' },
    { value: 'slow', label: 'Slow motion' },
    { value: 'own', label: 'Your data' },
    { value: 'keep', label: 'Keep' },
  ];
}

/** What the view decodes for a tab. */
export function panelOf(tab: Tab): Panel {
  switch (tab) {
    case 'curves':
    case 'path':
    case 'prior':
    case 'traverse':
      return tab;
    case 'kl':
    case 'slow':
    case 'own':
      return 'curves';
    case 'keep':
      return 'prior'; // draws from it are among the pictures to be taken along
  }
}
