// The committed report of the five seeds, as the figure and its words read it. Knows no other numbers.
import report from '../../../content/reports/vae-seeds.json';

export type Run = (typeof report.runs)[number];

export const runs: readonly Run[] = report.runs;

/** Time of an update in units of the autoencoder's of the same sizes and seed, which was trained in turns with it. */
export function relativeCost(run: Run): number {
  const partner = runs.find(
    ({ model, seed }) => seed === run.seed && model === run.model.replace(/^vae/, 'ae'),
  );
  if (partner === undefined) throw new Error(`vae-seeds.json: no autoencoder beside ${run.model}.`);
  return run.msPerStep / partner.msPerStep;
}

/** Mean of a reading over a model's seeds. */
export function meanOver(model: string, reading: (run: Run) => number): number {
  const values = runs.filter((run) => run.model === model).map(reading);
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** The standard deviation of a model's codes, mean over its seeds, in print. */
export function printCodeScale(model: string): string {
  return meanOver(model, (run) => run.codeScale).toFixed(2);
}
