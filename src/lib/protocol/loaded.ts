// How the page asks its workers what they have fetched, so that it can be kept for offline use. Types only.
// A broadcast and not a message of the session, since neither the session nor the models take part.

/** Name of the broadcast channel. */
export type LoadedChannel = 'bottleneck:loaded';

export type LoadedMessage =
  | { readonly kind: 'asked' }
  /** Absolute addresses of all that the worker has fetched so far, its own scripts included. */
  | { readonly kind: 'loaded'; readonly urls: readonly string[] };
