// The link between two latent planes: a code under the pointer in one lights the same image's code in the other, and
// both decode. Knows no markup.
import type { Marked } from '../../../ui/plane-picture.ts';
import { nearestPoint } from '../compare/duo.ts';
import type { SideView } from './side.svelte.ts';

/** How near the pointer must come to a code, as a share of half the plane's side: about eight pixels. */
const REACH = 0.055;

/** What the link asks of the pictures of a side. */
export interface PlaneView extends SideView {
  /** The codes in the two dimensions shown, [count · 2]. */
  readonly points: Float32Array;
  /** Half the plane's side. */
  readonly extent: number;
  point(x: number, y: number, passing?: boolean): void;
  pointAtImage(index: number, passing?: boolean): void;
  unpoint(): void;
}

interface Planes {
  readonly sides: readonly { readonly view: PlaneView }[];
}

export class Link {
  /** Place in the gallery of the image whose codes are lit; −1 for none. */
  lit = $state(-1);
  readonly #lab: Planes;

  constructor(lab: Planes) {
    this.#lab = lab;
  }

  /** The pointer is at (x, y) on one side's plane. Over a code both show that image's, else the same place. */
  move({ view: moved }: Planes['sides'][number], x: number, y: number, passing: boolean): void {
    const { points, extent } = moved;
    this.lit = nearestPoint(points, x, y, REACH * extent);
    for (const { view } of this.#lab.sides) {
      // A cursor that is held or steered goes where it is put: it must be able to leave a code.
      if (passing && this.lit >= 0) view.pointAtImage(this.lit, true);
      else view.point(x, y, passing);
    }
  }

  leave(): void {
    this.lit = -1;
    for (const { view } of this.#lab.sides) view.unpoint();
  }

  /** The lit code on this side's plane. */
  marked({ view }: Planes['sides'][number]): Marked | undefined {
    const { lit } = this;
    const label = view.gallery?.labels[lit];
    const [x, y] = [view.points[2 * lit], view.points[2 * lit + 1]];
    return x === undefined || y === undefined || label === undefined
      ? undefined
      : { at: [x, y], label };
  }
}
