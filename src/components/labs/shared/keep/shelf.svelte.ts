// The shelf of kept models as an interface shows it: the list now, what went wrong last, the same in every open tab.
// Knows no markup; the store itself is own-models.ts.
import type { LayerShape, ModelSpec } from '../../../../lib/protocol/model.ts';
import type { ModelFile } from '../../../../lib/weights/model-file.ts';
import {
  deleteOwnModel,
  keepOwnModel,
  listOwnModels,
  ownModelFile,
  type BrokenEntry,
  type OwnModel,
} from './own-models.ts';

const CHANNEL = 'bottleneck:own-models';

export class Shelf {
  models = $state.raw<readonly OwnModel[]>([]);
  /** Entries that cannot be read; they can be deleted. */
  broken = $state.raw<readonly BrokenEntry[]>([]);
  /** What the last wish ended in, when it failed. */
  fault = $state('');
  busy = $state(false);

  readonly #families: readonly string[];
  #channel: BroadcastChannel | null = null;

  /** `families`: those whose models the lab can show; all where none is named. */
  constructor(families: readonly string[] = []) {
    this.#families = families;
  }

  /** Reads the list, and again whenever another tab may have changed it. Returns the way to stop. */
  open(): () => void {
    // A look that works leaves the fault of the last wish in sight.
    const look = (): void => {
      if (document.hidden) return;
      this.#list().catch((cause: unknown) => {
        this.fault = messageOf(cause);
      });
    };
    look();
    document.addEventListener('visibilitychange', look);
    if ('BroadcastChannel' in globalThis) {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.addEventListener('message', look);
    }
    return () => {
      document.removeEventListener('visibilitychange', look);
      this.#channel?.close();
      this.#channel = null;
    };
  }

  /** Whether it was kept. */
  keep(file: ModelFile, name: string): Promise<boolean> {
    return this.#change(async () => {
      await keepOwnModel(file, name);
    });
  }

  /** The model with its weights; null, with `fault` said, where it cannot be read. */
  async take(
    { id, name }: Pick<OwnModel, 'id' | 'name'>,
    shapesOf: (spec: ModelSpec) => readonly LayerShape[],
  ): Promise<ModelFile | null> {
    let file: ModelFile | null = null;
    await this.#wish(async () => {
      try {
        file = await ownModelFile(id, shapesOf);
      } catch (cause) {
        throw new Error(`“${name}” cannot be shown. ${messageOf(cause)}`, { cause });
      }
    });
    return file;
  }

  /** Whether it is gone. */
  remove(id: string): Promise<boolean> {
    return this.#change(() => deleteOwnModel(id));
  }

  async #change(action: () => Promise<void>): Promise<boolean> {
    return this.#wish(async () => {
      await action();
      this.#channel?.postMessage('changed');
      await this.#list();
    });
  }

  async #list(): Promise<void> {
    const { models, broken } = await listOwnModels();
    const families = this.#families;
    this.models = models.filter(
      ({ spec }) => families.length === 0 || families.includes(spec.family),
    );
    this.broken = broken;
  }

  /** Whether it worked; if not, why is in `fault`, and the list stays as it was. */
  async #wish(action: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    try {
      await action();
      this.fault = '';
      return true;
    } catch (cause) {
      this.fault = messageOf(cause);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
