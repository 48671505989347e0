// IndexedDB as promises, with what can go wrong in words for the reader. Opens for each transaction and closes after it,
// so that no tab stands in another's way for longer. Knows the stores' names and nothing of what they hold.

const NAME = 'bottleneck';
const VERSION = 1;
const STORES = ['models', 'weights'] as const;
export type StoreName = (typeof STORES)[number];

/** An answer that never comes is a known fault of browsers that were suspended. */
const PATIENCE_MS = 8000;

/** Storage that is blocked, full, held by another tab or of another version. The message says what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** One request as a promise. */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(inWords(request.error));
    };
  });
}

/**
 * Runs `work` in one transaction over all stores: done wholly when the promise resolves, or not at all when it rejects
 * with StorageError or with what `work` throws.
 */
export async function transact<T>(
  mode: 'readonly' | 'readwrite',
  work: (store: (name: StoreName) => IDBObjectStore) => Promise<T>,
): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction([...STORES], mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        resolve();
      };
      transaction.onabort = () => {
        reject(inWords(transaction.error));
      };
    });
    const working = work((name) => transaction.objectStore(name)).catch((cause: unknown) => {
      abort(transaction);
      throw cause;
    });
    // Both ends, since an ended transaction says why only in its own error: its requests just say that they were ended.
    const [worked, ended] = await Promise.allSettled([working, done]);
    if (worked.status === 'fulfilled' && ended.status === 'fulfilled') return worked.value;
    throw transaction.error ?? (worked.status === 'rejected' ? worked.reason : null);
  } catch (cause) {
    throw inWords(cause);
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let given = false; // an answer to the caller, good or bad
    const fail = (cause: unknown): void => {
      given = true;
      clearTimeout(timer);
      reject(inWords(cause));
    };
    const timer = setTimeout(() => {
      fail(
        new StorageError('The browser’s storage does not answer. Reload the page and try again.'),
      );
    }, PATIENCE_MS);
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(NAME, VERSION);
    } catch (cause) {
      // Some browsers have no indexedDB where storage is blocked, or it throws; others answer with an error.
      fail(cause instanceof DOMException ? cause : blocked());
      return;
    }
    request.onupgradeneeded = () => {
      for (const store of STORES) {
        if (!request.result.objectStoreNames.contains(store))
          request.result.createObjectStore(store);
      }
    };
    request.onblocked = () => {
      fail(
        new StorageError(
          'Another tab holds an older version of the kept models. Close it and try again.',
        ),
      );
    };
    request.onerror = () => {
      fail(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      database.onversionchange = () => {
        database.close(); // a newer page wants to change the stores
      };
      if (given) database.close();
      else resolve(database);
    };
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // Ended already.
  }
}

function inWords(cause: unknown): Error {
  if (cause instanceof DOMException) {
    switch (cause.name) {
      case 'QuotaExceededError':
        return new StorageError(
          'The browser has no room left for it. Delete a kept model, or download the weights instead.',
        );
      case 'VersionError':
        return new StorageError(
          'A newer version of this site has kept models here. Reload the page.',
        );
      case 'InvalidStateError':
      case 'SecurityError':
      case 'NotAllowedError':
        return blocked();
      default:
        return new StorageError(
          `The browser’s storage failed (${cause.name}). Download the weights instead.`,
        );
    }
  }
  if (cause instanceof Error) return cause;
  return new StorageError('The browser’s storage failed. Download the weights instead.');
}

function blocked(): StorageError {
  return new StorageError(
    'This browser lets the page keep nothing: storage is blocked, or the window is private. Download the weights instead.',
  );
}
