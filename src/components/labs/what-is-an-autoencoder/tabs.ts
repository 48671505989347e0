// The panels below the lab's stage, by name. Pure.
export const tabNames = ['ten', 'curves', 'slow', 'own', 'keep'] as const;
export type Tab = (typeof tabNames)[number];

export const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'ten', label: 'Ten digits' },
  { value: 'curves', label: 'Error' },
  { value: 'slow', label: 'Slow motion' },
  { value: 'own', label: 'Your data' },
  { value: 'keep', label: 'Keep' },
];
