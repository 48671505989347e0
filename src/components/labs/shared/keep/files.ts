// Files that leave the page: their names, and the browser's way of saving them. Knows no lab.

/** What a file's name says of the model that it is of. */
export interface Named {
  /** The network and its data, or the published model: "vae 784-256-2 MNIST". */
  readonly stem: string;
  readonly step: number;
}

/** A name that any file system takes, with the model and its step: "vae-784-256-2-mnist-step-1240-kl.svg". */
export function fileName({ stem, step }: Named, what: string, ending: string): string {
  const parts = [stem, ...(step > 0 ? [`step ${step}`] : []), what];
  const slug = parts
    .join(' ')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return `${slug === '' ? 'model' : slug}.${ending}`;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers begin to read only after the click's own task.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
