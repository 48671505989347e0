// The reader's own points of the rate–distortion plane: the trail of the live run of this page, and the points that were
// kept, in this browser only. One for the page: labs that train add to it, planes show it. Storage may be blocked.
import { recall, remember } from '../progress.ts';
import { longer, MOST_KEPT, parsePoints, printPoints, type RatePoint } from './points.ts';

const KEY = 'rate-distortion';

class OwnPoints {
  /** Held-out evaluations of the run under way, in order. */
  trail = $state.raw<readonly RatePoint[]>([]);
  kept = $state.raw<readonly RatePoint[]>([]);
  /** Whether what is kept will still be there at the next visit. */
  lasting = $state(true);

  /** Reads what was kept, and follows other tabs. Returns the way to stop. */
  open(): () => void {
    this.kept = parsePoints(recall(KEY));
    const changed = (): void => {
      this.kept = parsePoints(recall(KEY));
    };
    addEventListener('storage', changed);
    return () => {
      removeEventListener('storage', changed);
    };
  }

  /** A run was evaluated. */
  add(point: RatePoint): void {
    this.trail = longer(this.trail, point);
  }

  /** Other weights: the trail of those before is over. */
  begin(): void {
    this.trail = [];
  }

  keep(points: readonly RatePoint[]): void {
    this.#write([...this.kept, ...points].slice(-MOST_KEPT));
  }

  remove(point: RatePoint): void {
    this.#write(this.kept.filter((each) => each !== point));
  }

  #write(points: readonly RatePoint[]): void {
    this.kept = points;
    this.lasting = remember(KEY, points.length > 0 ? printPoints(points) : null);
  }
}

export const ownPoints = new OwnPoints();
