// How workers tell the page what they have fetched, so that it can be kept for offline use. Types only.
// A broadcast and not a message of the session, since neither the session nor the models take part.

/** Name of the broadcast channel. */
export type LoadedChannel = 'bottleneck:loaded';

export type LoadedMessage =
  /** The page wants to know all that was fetched so far. */
  | { readonly kind: 'asked' }
  /** Absolute addresses of what was fetched, the worker's own scripts included. */
  | { readonly kind: 'loaded'; readonly urls: readonly string[] };
