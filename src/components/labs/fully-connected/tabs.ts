// The panels below the lab's stage, by name. Pure.
import type { Panel } from './view.svelte.ts';

/** Panels that the view decodes pictures for, and those that bring their own. */
export const tabNames = [
  'pictures',
  'error',
  'curves',
  'neighbours',
  'path',
  'sample',
  'slow',
  'own',
  'keep',
] as const;
export type Tab = (typeof tabNames)[number];

export const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'pictures', label: 'Pictures' },
  { value: 'error', label: 'Error' },
  { value: 'curves', label: 'Loss' },
  { value: 'neighbours', label: 'Neighbours' },
  { value: 'path', label: 'Between' },
  { value: 'sample', label: 'Noise' },
  { value: 'slow', label: 'Slow motion' },
  { value: 'own', label: 'Your data' },
  { value: 'keep', label: 'Keep' },
];

/** What the view decodes for a tab. */
export function panelOf(tab: Tab): Panel {
  switch (tab) {
    case 'path':
    case 'sample':
    case 'neighbours':
      return tab;
    case 'keep':
      return 'sample'; // decoded noise is among the pictures to be taken along
    case 'pictures':
    case 'error':
    case 'curves':
    case 'slow':
    case 'own':
      return 'none';
  }
}
