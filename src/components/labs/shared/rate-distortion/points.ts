// Points of the rate–distortion plane: what a run reached, and how points are read back from the browser's storage.
// Pure; knows no plot and no storage.
import { dataSets, type DataSet } from '../data-sets.ts';

/** What one network reached on held-out images. */
export interface RatePoint {
  readonly set: DataSet;
  /** KL and reconstruction, nats per image. */
  readonly rate: number;
  readonly distortion: number;
  /** Weight on the KL that it was trained with. */
  readonly beta: number;
  /** Such as "784-400-20". */
  readonly network: string;
  readonly updates: number;
}

/** Points kept in a browser at most: the plane stays readable. */
export const MOST_KEPT = 40;
/** Points of a live run at most; a longer trail loses every other point of its older half. */
const MOST_LIVE = 120;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isNats = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e5;

function parsePoint(value: unknown): RatePoint | null {
  if (!isRecord(value)) return null;
  const { rate, distortion, beta, network, updates } = value;
  const set = dataSets.find((name) => name === value['set']);
  if (!set || !isNats(rate) || !isNats(distortion) || !isNats(beta)) return null;
  if (typeof network !== 'string' || network.length > 60) return null;
  if (!Number.isSafeInteger(updates) || Number(updates) < 0) return null;
  return { set, rate, distortion, beta, network, updates: Number(updates) };
}

/** What was kept; what is no point is left out, and so is what is more than is kept. Never throws. */
export function parsePoints(text: string | null): readonly RatePoint[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found)) return [];
    return found.flatMap((each) => parsePoint(each) ?? []).slice(-MOST_KEPT);
  } catch {
    return [];
  }
}

export function printPoints(points: readonly RatePoint[]): string {
  return JSON.stringify(points);
}

/** The trail with one more point. */
export function longer(trail: readonly RatePoint[], point: RatePoint): readonly RatePoint[] {
  const all = [...trail, point];
  if (all.length <= MOST_LIVE) return all;
  return all.filter((_, i) => i >= MOST_LIVE / 2 || i % 2 === 0);
}
