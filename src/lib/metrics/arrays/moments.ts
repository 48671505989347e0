// Sample statistics over plain numbers.

/** An array or typed array. */
export type Numbers = Iterable<number> & { readonly length: number };

/** Mean of the values. */
export function meanOf(values: Numbers): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard error of the mean of independent values: s/√n with the n − 1 estimate of s. */
export function standardErrorOf(values: Numbers): number {
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** log Σ exp(values), stable for values of any size. Minus infinity for none. */
export function logSumExp(values: Numbers): number {
  let max = -Infinity;
  for (const value of values) max = Math.max(max, value);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
