// The panels below the lab's stage, by name. Pure.

export const tabNames = [
  'size',
  'curves',
  'kernels',
  'shift',
  'board',
  'slow',
  'own',
  'keep',
] as const;
export type Tab = (typeof tabNames)[number];

export const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'size', label: 'Sizes' },
  { value: 'curves', label: 'Loss' },
  { value: 'kernels', label: 'Kernels' },
  { value: 'shift', label: 'Shift' },
  { value: 'board', label: 'Checkerboard' },
  { value: 'slow', label: 'Slow motion' },
  { value: 'own', label: 'Your data' },
  { value: 'keep', label: 'Keep' },
];

/** What the view asks the worker for besides the stage. */
export type Panel = 'none' | 'kernels' | 'shift' | 'board';

export function panelOf(tab: Tab): Panel {
  return tab === 'kernels' || tab === 'shift' || tab === 'board' ? tab : 'none';
}
