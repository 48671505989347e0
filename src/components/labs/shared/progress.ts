// What the reader has done, kept in this browser only. Works, forgetfully, where storage is blocked or full.

const PREFIX = 'bottleneck:';

/** The kept text, or null where there is none or storage is blocked. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Keeps a text; null forgets it. Whether that worked. */
export function remember(key: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, text);
    return true;
  } catch {
    return false;
  }
}
