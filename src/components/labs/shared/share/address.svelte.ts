// The address bar of one lab: reads the lab's state when the page opens and when a link to another state is followed,
// and writes it as it changes. One history entry all the while: Back leaves, it does not undo.
//
//   const address = new Address(codec, (state) => lab.show(state));
//   onMount(() => address.open());               // before the lab starts
//   $effect(() => address.report(lab.shared));   // writes a few times a second at most
//   <AddressNotice {address} />  <CopyLink link={() => address.link(lab.shared)} />
import { segmentsOf, type StateCodec } from './state-codec.ts';

/** Between two writes: Safari refuses more than a hundred in thirty seconds. */
const PAUSE_MS = 400;
/** In `history.state`: this entry's hash was written by a lab. */
const WRITTEN = 'bottleneck:written';

export class Address<S> {
  /** Sentences on what the address said and nobody understood; empty once dismissed. */
  problems = $state.raw<readonly string[]>([]);

  readonly #codec: StateCodec<S>;
  readonly #apply: (state: S) => void;
  #waiting: { readonly state: S } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: S | null = null;
  /** The hash as it was last read or written here. */
  #seen = '';

  /** `apply` is called with a state that the address asks for. */
  constructor(codec: StateCodec<S>, apply: (state: S) => void) {
    this.#codec = codec;
    this.#apply = apply;
  }

  /** Applies what the address says, and listens to it from now on. Returns the way to stop. */
  open(): () => void {
    this.#read();
    const changed = (): void => {
      // An entry that a lab has written is come back to: the page moves, the lab stays, the address follows it.
      if (isWritten(history.state)) {
        if (this.#last) this.report(this.#last);
      } else {
        this.#read();
      }
    };
    const leave = (): void => {
      this.#write();
    };
    addEventListener('hashchange', changed);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('hashchange', changed);
      removeEventListener('pagehide', leave);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#waiting = null;
    };
  }

  /** The lab's state now: into the address soon. */
  report(state: S): void {
    this.#last = state;
    this.#waiting = { state };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, PAUSE_MS);
  }

  /** This page's address with this state of this lab alone. Without the query: a forced backend is this machine's. */
  link(state: S): string {
    const { origin, pathname } = location;
    return `${origin}${pathname}${this.#codec.write(state, '')}`;
  }

  dismiss(): void {
    this.problems = [];
  }

  #read(): void {
    this.#seen = location.hash;
    const { said, state, problems } = this.#codec.read(this.#seen);
    this.problems = problems;
    this.#waiting = null; // a state from before the link
    if (said) this.#apply(state);
  }

  #write(): void {
    if (!this.#waiting) return;
    const entry: unknown = history.state;
    // A link was followed and its event is on the way: it would find its hash written over.
    if (location.hash !== this.#seen && !isWritten(entry)) return;
    const { state } = this.#waiting;
    this.#waiting = null;
    const hash = this.#codec.write(state, location.hash);
    if (hash === location.hash && (isWritten(entry) || segmentsOf(hash).length === 0)) return;
    const { pathname, search } = location;
    try {
      history.replaceState(
        { ...(typeof entry === 'object' ? entry : {}), [WRITTEN]: true },
        '',
        `${pathname}${search}${hash}`,
      );
      this.#seen = location.hash;
    } catch {
      // A browser that refuses (too many in a short time, a sandbox): the next change tries again.
    }
  }
}

function isWritten(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && WRITTEN in entry;
}
