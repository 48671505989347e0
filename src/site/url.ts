// Addresses inside the site at any base path. Astro does not prefix links in components or Markdown by itself.

const base = import.meta.env.BASE_URL.replace(/\/?$/, '/');

/** The address of a page by its slug ('variational/vae'), or of the root by ''. */
export function pageUrl(slug: string): string {
  return slug === '' ? base : `${base}${slug}/`;
}

/** The address of a file below public/. */
export function assetUrl(path: string): string {
  return `${base}${path.replace(/^\/+/, '')}`;
}
