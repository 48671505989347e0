// What a manifest says of each level of a hierarchy, for the table of levels. Knows the names of the metrics, no page.

export interface LevelFacts {
  /** Counted from 1, next to the image. */
  readonly level: number;
  /** Nats. */
  readonly kl: number;
  readonly active: number;
  readonly units: number;
  /** Share of test images that a linear probe on this level's means alone names rightly. */
  readonly probe: number;
}

interface Measured {
  readonly id: string;
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly unit: string }>>;
}

/** The levels of a model, top first; none for a model that has no levels. Throws where a level is half measured. */
export function levelFacts({ id, metrics }: Measured): readonly LevelFacts[] {
  const found: LevelFacts[] = [];
  for (let level = 1; metrics[`kl-level-${String(level)}-nats`]; level++) {
    const get = (name: string) => {
      const metric = metrics[name];
      if (metric === undefined) throw new Error(`Model "${id}" has no metric "${name}".`);
      return metric;
    };
    const active = get(`active-units-level-${String(level)}`);
    const units = Number(/^of (\d+)$/.exec(active.unit)?.[1]);
    if (!Number.isInteger(units)) {
      throw new Error(
        `Model "${id}": active units of level ${String(level)} are "${active.unit}"; expected "of <n>".`,
      );
    }
    found.unshift({
      level,
      kl: get(`kl-level-${String(level)}-nats`).value,
      active: active.value,
      units,
      probe: get(`probe-accuracy-level-${String(level)}`).value,
    });
  }
  return found;
}
