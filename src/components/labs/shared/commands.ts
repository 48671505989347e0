// A lab's commands, one after another in the order they were given, so that a click is never lost and "pause" never
// overtakes the "train" before it. Knows no command; a worker lost under one is mended, and the command given again.

export interface CommandHooks {
  /** Whether there is something to mend before the next command. */
  readonly broken: () => boolean;
  readonly mend: () => Promise<void>;
  readonly failed: (error: unknown, action: Action) => void;
}

export type Action = () => Promise<void>;

export class Commands {
  readonly #hooks: CommandHooks;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(hooks: CommandHooks) {
    this.#hooks = hooks;
  }

  /** Puts a command behind those before it. Resolves when it is done, or has failed and that was shown. */
  give(action: Action): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await this.#act(action);
      } catch (error) {
        if (!this.#closed) this.#hooks.failed(error, action);
      }
    });
    return this.#last;
  }

  /** Nothing is done any more. */
  close(): void {
    this.#closed = true;
  }

  async #act(action: Action): Promise<void> {
    const { broken, mend } = this.#hooks;
    for (;;) {
      if (this.#closed) return;
      try {
        if (broken()) await mend();
        await action();
        return;
      } catch (error) {
        // The worker went away under it: once more, with another. `mend` ends this by throwing without being broken.
        if (!broken()) throw error;
      }
    }
  }
}
