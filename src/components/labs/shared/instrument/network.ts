// What may be in a slot of an instrument: published weights, a reader's own, or sizes to be trained from nothing. Pure;
// a lab adds presets of its own.
import type { Checkpoint } from '../../../../lib/protocol/messages.ts';
import type { Settings } from '../../../../lib/protocol/model.ts';
import type { ModelFile } from '../../../../lib/weights/model-file.ts';
import { allSets, dataTitles, type DataSet, type LabModel } from '../data-sets.ts';

export interface PublishedNetwork {
  readonly kind: 'published';
  readonly model: LabModel;
}

/** What the reader has kept, or brought as a file. */
export interface OwnNetwork {
  readonly kind: 'own';
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** The dials that it was trained with. */
  readonly settings: Settings;
  /** What it was trained on, where the lab has it. */
  readonly dataSet: DataSet | undefined;
}

/** Sizes to be trained from nothing; a lab says which. */
export interface AnyPreset {
  readonly kind: 'preset';
}

/** P: the lab's presets. */
export type NetworkOf<P extends AnyPreset> = PublishedNetwork | OwnNetwork | P;

/** A model that the reader has kept, or brought as a file. */
export function ownNetwork(
  { spec, seed, step, data, settings, loss, bytes }: ModelFile,
  name: string,
): OwnNetwork {
  return {
    kind: 'own',
    name,
    checkpoint: {
      spec,
      seed,
      step,
      bytes: bytes.slice().buffer,
      ...(loss === null ? {} : { objective: loss }),
    },
    settings,
    dataSet: allSets.find((set) => dataTitles[set] === data),
  };
}

/** The data that a network was trained on, where that is known. */
export function dataSetOf(network: NetworkOf<AnyPreset>): DataSet | undefined {
  switch (network.kind) {
    case 'published':
      return network.model.dataSet;
    case 'own':
      return network.dataSet;
    case 'preset':
      return undefined;
  }
}
