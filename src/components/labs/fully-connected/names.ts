// Which z the decoder's picture is of, in words.
import type { Source } from '../shared/autoencoder/view.svelte.ts';

const places: Readonly<Record<string, string>> = {
  code: 'the code of x',
  cursor: 'z at the cursor',
  image: 'z of the lit code',
  path: 'z on the walk',
  sample: 'z drawn',
};

export function whereOf(source: Source): string {
  return places[source] ?? 'z';
}
