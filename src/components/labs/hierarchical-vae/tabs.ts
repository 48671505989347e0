// The panels below the lab's stage, by name. Pure.
import type { Panel } from './view.svelte.ts';

/** Panels that the view decodes pictures for, and those that bring their own. */
export const tabNames = ['levels', 'swap', 'rates', 'curves', 'slow', 'own', 'keep'] as const;
export type Tab = (typeof tabNames)[number];

export const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'levels', label: 'Levels' },
  { value: 'swap', label: 'Swap' },
  { value: 'rates', label: 'Rates' },
  { value: 'curves', label: 'Loss' },
  { value: 'slow', label: 'Slow motion' },
  { value: 'own', label: 'Your data' },
  { value: 'keep', label: 'Keep' },
];

/** What the view decodes for a tab. */
export function panelOf(tab: Tab): Panel {
  switch (tab) {
    case 'levels':
    case 'swap':
      return tab;
    case 'keep':
      return 'levels'; // the sixteen samples are among the pictures to be taken along
    case 'rates':
    case 'curves':
    case 'slow':
    case 'own':
      return 'none';
  }
}
