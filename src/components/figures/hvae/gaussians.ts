// Gaussians of one dimension for the chapter's drawings: density, product, divergence. Knows no model and no figure.

export interface Bell {
  readonly mean: number;
  readonly deviation: number;
}

export function density(z: number, { mean, deviation }: Bell): number {
  return Math.exp(-0.5 * ((z - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}

/** Normalised product: precisions add, means are weighted by them (Sønderby et al. 2016, equations 17–19). */
export function productOf(a: Bell, b: Bell): Bell {
  const [precisionA, precisionB] = [a.deviation ** -2, b.deviation ** -2];
  const precision = precisionA + precisionB;
  return {
    mean: (a.mean * precisionA + b.mean * precisionB) / precision,
    deviation: precision ** -0.5,
  };
}

/** KL(q ‖ p) in nats. */
export function klOf(q: Bell, p: Bell): number {
  const ratio = q.deviation / p.deviation;
  return 0.5 * (ratio ** 2 + ((q.mean - p.mean) / p.deviation) ** 2 - 1) - Math.log(ratio);
}
