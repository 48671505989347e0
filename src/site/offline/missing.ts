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
  document.addEventListener('astro:hydration-error', (event) => {
    const url = event instanceof CustomEvent ? field(event.detail, 'componentUrl') : null;
    // Any other error of a part is a fault of the part, and the console has it.
    if (typeof url === 'string') void judge(url);
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
