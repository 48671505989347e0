// Copies of whole runs of memory: rows looked up in a table, and repetition. Sizes in bytes.

/**
 * out[o][i] = table[o][ids[i]] for runs of `bytes`; every id must be below `size`.
 * @param outer tables, one after another, each of `size` runs
 */
export function gatherRows(
  outer: usize, size: usize, bytes: usize, table: usize, count: usize, ids: usize, out: usize,
): void {
  for (let o: usize = 0; o < outer; o++, table += size * bytes) {
    for (let i: usize = 0; i < count; i++, out += bytes) {
      copy(out, table + <usize>load<i32>(ids + (i << 2)) * bytes, bytes);
    }
  }
}

/** Each of `blocks` runs of `bytes`, `times` times in a row. */
export function repeat(blocks: usize, bytes: usize, times: usize, from: usize, out: usize): void {
  for (let b: usize = 0; b < blocks; b++, from += bytes) {
    for (let t: usize = 0; t < times; t++, out += bytes) copy(out, from, bytes);
  }
}

// Short runs are copied here: a call to the memory instruction costs more than they do.
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  if (bytes > 256) {
    memory.copy(to, from, bytes);
    return;
  }
  const end = to + bytes;
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to + 4 <= end; to += 4, from += 4) store<u32>(to, load<u32>(from));
  for (; to < end; to++, from++) store<u8>(to, load<u8>(from));
}
