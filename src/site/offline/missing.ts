// Says so when a part of the page can no longer be loaded: after a new deployment its file is gone, without a network it
// may never have come. Knows how Astro and Vite report a chunk that did not load, and nothing of what is in it.

/** Calls `say` with what the reader should know. */
export function watchForMissingParts(say: (message: string, reload: boolean) => void): void {
  /** `url`: the file that did not load, where the browser says which. */
  const judge = async (url: string | undefined): Promise<void> => {
    const answer = await fetch(url ?? location.href, { method: 'HEAD', cache: 'no-store' }).catch(
      () => null,
    );
    if (!answer) say('A part of this page was not loaded before the network went away.', false);
    else if (!answer.ok || url === undefined) say('The site was updated. Reload the page.', true);
  };
  // Any error but a file that did not load is a fault of the part, and the console has it.
  const judgePart = (url: unknown): void => {
    if (typeof url === 'string') void judge(url);
  };
  // Parts wake while the page is still being read: those of Head.astro's list were before this script.
  const missed = field(globalThis, 'missedParts');
  if (Array.isArray(missed)) missed.forEach(judgePart);
  document.addEventListener('astro:hydration-error', (event) => {
    if (event instanceof CustomEvent) judgePart(field(event.detail, 'componentUrl'));
  });
  addEventListener('vite:preloadError', (event: Event) => {
    const error = field(event, 'payload');
    const message = error instanceof Error ? error.message : '';
    void judge(/https?:\S+\.(?:js|css)/.exec(message)?.[0]);
  });
}

/** A property of outside data. */
function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
