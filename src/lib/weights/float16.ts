// IEEE 754 half-precision numbers to and from single precision: browsers without Float16Array read weights too.

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The half nearest to `value` (ties to even), as its 16 bits. Overflows to infinity. */
export function toHalf(value: number): number {
  single[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 2¹⁶ or beyond
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴: subnormal. Adding ½ aligns the mantissa so that the sum's own rounding does ours.
    single[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The number that these 16 bits stand for. */
export function fromHalf(half: number): number {
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
