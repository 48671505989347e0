// Sums of rows by label: the gradient of looking rows up in a table.

/**
 * out[ids[r]] += x[r] for rows of `width` floats; out starts as zeros. Rows with a negative id are left out.
 * @returns the first row whose id has no place in `segments`, or −1
 */
export function segmentSum(
  rows: i32, width: usize, x: usize, ids: usize, segments: i32, out: usize,
): i32 {
  const bytes = width << 2;
  memory.fill(out, 0, <usize>segments * bytes);
  for (let r = 0; r < rows; r++, x += bytes) {
    const id = load<i32>(ids + (<usize>r << 2));
    if (id >= segments) return r;
    if (id < 0) continue;
    let to = out + <usize>id * bytes;
    let from = x;
    const end = x + bytes;
    for (; from + 16 <= end; from += 16, to += 16) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    }
    for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
  }
  return -1;
}
