// An Astro integration: every built page gets a content security policy that allows this site and nothing else.
// Inline scripts (Starlight's theme switch, Astro's islands) are allowed by their hashes, collected from the page itself.
// Style attributes are allowed since KaTeX sets heights and Expressive Code sets colours by them.
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const INLINE = /<script(?![^>]*\bsrc=)(?<attributes>[^>]*)>(?<code>[\s\S]*?)<\/script>/g;

/** The policy of one page, given its HTML. @param {string} html */
export function policyFor(html) {
  const hashes = new Set();
  for (const { groups } of html.matchAll(INLINE)) {
    if (/\btype="(?!module")/.test(groups?.['attributes'] ?? '')) continue; // data, never run
    const digest = createHash('sha256')
      .update(groups?.['code'] ?? '')
      .digest('base64');
    hashes.add(`'sha256-${digest}'`);
  }
  const scripts = ["'self'", "'wasm-unsafe-eval'", ...hashes].join(' ');
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' blob: data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** @returns {import('astro').AstroIntegration} */
export function contentSecurityPolicy() {
  return {
    name: 'content-security-policy',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const root = fileURLToPath(dir);
        let count = 0;
        for await (const file of glob('**/*.html', { cwd: root })) {
          const address = path.join(root, file);
          const html = await readFile(address, 'utf8');
          const meta = `<meta http-equiv="Content-Security-Policy" content="${policyFor(html)}">`;
          const charset = /<meta charset="[^"]*"\s*\/?>/i;
          const put = charset.test(html)
            ? html.replace(charset, (found) => found + meta)
            : html.replace(/<head[^>]*>/i, (found) => found + meta);
          await writeFile(address, put);
          count += 1;
        }
        logger.info(`policy written into ${count} pages`);
      },
    },
  };
}
