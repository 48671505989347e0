// A lab's state as one segment of the address's hash: `#vae.v1:beta=4&seed=12`. Typed by the fields that the lab
// declares, versioned, and deaf to everything else: what cannot be understood gives the default and is named.
//
// The labs of a page share its hash, a segment each, with ";" between them. Pure; knows no lab and no address bar.
import type { Field } from './fields.ts';

// `never` would refuse every field, `unknown` is what any of them can be read as.
export type Fields = Readonly<Record<string, Field<unknown>>>;
export type StateOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/** What a hash says of one lab. */
export interface Reading<S> {
  /** Whether there is anything in it that the lab understands as its own state, of its own version. */
  readonly said: boolean;
  /** The fields said, the defaults for all others. */
  readonly state: S;
  /** Sentences for the reader: what was ignored, and what was expected. Short, whatever the hash. */
  readonly problems: readonly string[];
}

export interface StateCodec<S> {
  readonly lab: string;
  readonly defaults: S;
  /** Reads `location.hash` or any other text. Never throws. */
  read(hash: string): Reading<S>;
  /**
   * The hash with this lab's segment as `state`, and the other labs' segments as they are. Defaults are not written;
   * nothing to write and nothing to replace leaves the hash alone, an in-page anchor included.
   */
  write(state: S, hash: string): string;
}

/** Longer hashes are not read: no state of a lab comes near it, and some servers and chats cut longer addresses. */
export const MOST_CHARACTERS = 4000;
const MOST_PROBLEMS = 4;
const SEGMENT = /^([a-z][a-z0-9-]{0,40})\.v(\d{1,6}):(.*)$/s;

interface Segment {
  readonly lab: string;
  readonly version: number;
  readonly body: string;
  readonly text: string;
}

/** The labs' segments of a hash; what is none, such as an anchor, is left out. */
export function segmentsOf(hash: string): Segment[] {
  if (hash.length > MOST_CHARACTERS) return [];
  return hash
    .replace(/^#/, '')
    .split(';')
    .flatMap((text) => {
      const [, lab, version, body] = SEGMENT.exec(text) ?? [];
      return lab !== undefined && version !== undefined && body !== undefined
        ? [{ lab, version: Number(version), body, text }]
        : [];
    });
}

/** Declares the state of one lab. A change of what a field means needs another version. */
export function stateCodec<const F extends Fields>(
  lab: string,
  version: number,
  fields: F,
): StateCodec<StateOf<F>> {
  type S = StateOf<F>;
  const entries = Object.entries(fields);
  // One entry for each field of F, each made by that field: the type follows, though TypeScript cannot see it.
  const stateFrom = (valueOf: (name: string, field: Field<unknown>) => unknown): S =>
    Object.fromEntries(entries.map(([name, field]) => [name, valueOf(name, field)])) as S;
  const defaults = stateFrom((_, { fallback }) => fallback);
  const nothing = (...problems: string[]): Reading<S> => ({
    said: false,
    state: defaults,
    problems,
  });

  const read = (hash: string): Reading<S> => {
    if (hash.length > MOST_CHARACTERS) {
      return hash.includes(`${lab}.v`)
        ? nothing(
            `It is ${hash.length} characters long; at most ${MOST_CHARACTERS} are read. All settings are the defaults.`,
          )
        : nothing();
    }
    const [segment, ...more] = segmentsOf(hash).filter((candidate) => candidate.lab === lab);
    if (!segment) return nothing();
    if (segment.version !== version) {
      return nothing(
        `It is of version ${segment.version}; this lab reads version ${version}. All settings are the defaults.`,
      );
    }
    const problems =
      more.length > 0 ? ['The lab stands in it more than once; the first counts.'] : [];
    const said = new Map<string, unknown>();
    for (const part of segment.body === '' ? [] : segment.body.split('&')) {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      const text = at < 0 ? undefined : decoded(part.slice(at + 1));
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!field) {
        problems.push(`${quoted(name)} is no setting of this lab.`);
      } else if (said.has(name)) {
        problems.push(`${quoted(name)} is said more than once; the first counts.`);
      } else {
        const value = text === undefined ? undefined : field.parse(text);
        if (value !== undefined) said.set(name, value);
        else problems.push(`${quoted(part)} was ignored: expected ${field.expects}.`);
      }
    }
    return {
      said: true,
      state: stateFrom((name, { fallback }) => (said.has(name) ? said.get(name) : fallback)),
      problems: atMost(problems),
    };
  };

  const write = (state: S, hash: string): string => {
    const parts = entries.flatMap(([name, field]) => {
      const text = field.print(state[name]);
      // A value that could not be read back, such as NaN, is not written either.
      if (text === field.print(field.fallback) || field.parse(text) === undefined) return [];
      return [`${name}=${encoded(text)}`];
    });
    const segments = segmentsOf(hash);
    const others = segments.filter((segment) => segment.lab !== lab).map(({ text }) => text);
    if (parts.length === 0 && others.length === segments.length) return hash;
    const own = parts.length > 0 ? [`${lab}.v${version}:${parts.join('&')}`] : [];
    const all = [...others, ...own].join(';');
    return all === '' ? '' : `#${all}`;
  };

  return { lab, defaults, read, write };
}

/** What a hash gives for a value may be percent-encoded, or look so and be broken. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Commas stay readable; what parts segments and fields does not get through. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',');
}

function quoted(text: string): string {
  // By code points, so that no emoji is cut in half.
  const points = Array.from(text.slice(0, 80));
  return points.length > 30 || text.length > 80
    ? `“${points.slice(0, 30).join('')}…”`
    : `“${text}”`;
}

function atMost(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const left = problems.length - MOST_PROBLEMS + 1;
  return [...problems.slice(0, MOST_PROBLEMS - 1), `And ${left} more of the kind.`];
}
