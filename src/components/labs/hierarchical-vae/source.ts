// Where the code z that the lab holds came from, and what that is called. Pure.

export type Source = 'mean' | 'cursor' | 'image' | 'sample' | 'mixture';

/** Of which z a picture is. */
export function sourceName(source: Source): string {
  switch (source) {
    case 'mean':
      return 'z of x';
    case 'cursor':
      return 'z at the cursor';
    case 'image':
      return 'z of the lit code';
    case 'sample':
      return 'z of a sample';
    case 'mixture':
      return 'z of a swap';
  }
}

/** Whose levels are held, after "of": "the levels of x". */
export function ownerName(source: Source): string {
  switch (source) {
    case 'mean':
      return 'x';
    case 'cursor':
      return 'the point on the plane';
    case 'image':
      return 'the lit code';
    case 'sample':
      return 'the sample chosen';
    case 'mixture':
      return 'the swap';
  }
}
