// The panels below the lab's stage, by name. Pure.

export const tabNames = [
  'levels',
  'samples',
  'swap',
  'rates',
  'curves',
  'slow',
  'own',
  'keep',
] as const;
export type Tab = (typeof tabNames)[number];

/** The panels in order. While two networks are compared their samples stand below, since the planes take the stage. */
export function tabsOf(
  comparing: boolean,
): readonly { readonly value: Tab; readonly label: string }[] {
  return [
    ...(comparing ? [{ value: 'samples' as const, label: 'Samples' }] : []),
    { value: 'levels', label: 'Levels' },
    { value: 'swap', label: 'Swap' },
    { value: 'rates', label: 'Rates' },
    { value: 'curves', label: 'Loss' },
    { value: 'slow', label: 'Slow motion' },
    { value: 'own', label: 'Your data' },
    { value: 'keep', label: 'Keep' },
  ];
}

/** The pictures below the stage that the view keeps up to date, beside those of the stage. */
export type Panel = 'none' | 'swap';

/** What the view decodes for a tab. */
export function panelOf(tab: Tab): Panel {
  return tab === 'swap' ? 'swap' : 'none';
}
