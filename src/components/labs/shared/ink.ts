// A binary image as an SVG path: a first picture that is there before any script runs.

/** One closed path of unit squares, a run of each row in one piece; `image` is row-major, ink where it is not 0. */
export function inkPath(image: ArrayLike<number>, side = 28): string {
  let path = '';
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!image[y * side + x]) continue;
      const from = x;
      while (x < side && image[y * side + x]) x += 1;
      path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  }
  return path;
}
