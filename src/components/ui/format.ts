// Numbers as the interface writes them: a true minus, thousands apart, few digits. Knows no component.

const MINUS = '\u2212';
const ABSENT = '\u2013';

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

const withMinus = (text: string): string => text.replace('-', MINUS);

/** A number with a fixed count of decimals; a dash where there is none. Never "−0.00". */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return ABSENT;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : withMinus(text);
}

/** A whole number with its thousands apart: 1,240. */
export function count(value: number): string {
  return Number.isFinite(value) ? withMinus(grouped.format(Math.round(value))) : ABSENT;
}

/** About `digits` significant digits without trailing zeros: 0.001, 1.5, 250, 12,300. Powers of ten beyond. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return ABSENT;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) {
    const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
    return withMinus(`${String(Number(mantissa))}e${exponent.replace('+', '')}`);
  }
  const rounded = Number(value.toPrecision(digits));
  return size >= 1000 ? count(rounded) : withMinus(String(rounded));
}

/** Seconds as 0:41, 12:05 or 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return ABSENT;
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${String(h)}:${two(m)}:${two(s)}` : `${String(m)}:${two(s)}`;
}

/** Bytes as 512 B, 1.4 kB, 12 MB (powers of 1,000). */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return ABSENT;
  const units = ['B', 'kB', 'MB', 'GB'];
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const decimals = unit > 0 && rest < 9.95 ? 1 : 0;
  return `${fixed(rest, decimals)} ${units[unit] ?? ''}`;
}
