// Whether anybody can see a lab: its tab in front, and the lab itself on or near the screen. Knows no lab.

/** Why a lab rests, in words for the reader. */
export type Away = 'Paused while this tab is hidden.' | 'Paused while the lab is off the screen.';

/** Calls `away` and `back` as the root leaves and regains the reader's sight. Returns the way to stop. */
export function watchAttention(
  root: Element,
  { away, back }: { readonly away: (why: Away) => void; readonly back: () => void },
): () => void {
  let near = true;
  const judge = (): void => {
    if (document.hidden) away('Paused while this tab is hidden.');
    else if (!near) away('Paused while the lab is off the screen.');
    else back();
  };
  // One screen of margin, so that reading the sentence below a lab does not stop it.
  const observer = new IntersectionObserver(
    (entries) => {
      near = entries.at(-1)?.isIntersecting ?? near;
      judge();
    },
    { rootMargin: '100% 0px' },
  );
  observer.observe(root);
  document.addEventListener('visibilitychange', judge);
  return () => {
    observer.disconnect();
    document.removeEventListener('visibilitychange', judge);
  };
}

/** Whether the browser asks for as little data as possible. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
