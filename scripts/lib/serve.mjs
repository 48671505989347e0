// A static server for a built site under any base path, with the headers of the site's own `_headers` file,
// so that tests meet the policy that visitors meet. Run: node scripts/lib/serve.mjs <folder> [base] [port]
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Serves `folder` at `base` ("/" or "/a/path/"); resolves to the site's address and a function that closes it at once:
 * a connection that is busy then would otherwise answer further requests.
 * @param {{folder: string, base?: string, port?: number}} options port 0: any free one
 * @returns {Promise<{url: string, close: () => void}>}
 */
export function serve({ folder, base = '/', port = 0 }) {
  const rules = headerRules(path.join(folder, '_headers'));
  const server = createServer((request, response) => {
    const url = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    if (!url.startsWith(base)) return end(response, 404, 'Outside the base path');
    const inside = `/${url.slice(base.length)}`;
    for (const [name, value] of headersFor(rules, inside)) response.setHeader(name, value);
    const file = resolve(folder, inside);
    if (file === 'slash') {
      response.setHeader('location', `${url}/`);
      return end(response, 301, '');
    }
    const missing = path.join(folder, '404.html');
    const shown = file ?? (existsSync(missing) ? missing : null);
    if (!shown) return end(response, 404, 'Not found');
    const kind = Object.entries(types).find(([ending]) => shown.endsWith(ending));
    response.setHeader('content-type', kind?.[1] ?? 'application/octet-stream');
    response.setHeader('content-length', statSync(shown).size);
    response.writeHead(file ? 200 : 404);
    if (request.method === 'HEAD') return response.end();
    createReadStream(shown).pipe(response);
  });
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      done({ url: `http://127.0.0.1:${bound}${base}`, close });
    });
  });
}

/**
 * The file for a path inside the site; 'slash' when a folder's address lacks its last slash; null when there is none.
 * @param {string} folder @param {string} inside
 */
function resolve(folder, inside) {
  const file = path.join(folder, path.normalize(inside));
  if (!file.startsWith(path.resolve(folder))) return null;
  if (!existsSync(file)) return existsSync(`${file}.html`) ? `${file}.html` : null;
  if (!statSync(file).isDirectory()) return file;
  if (!inside.endsWith('/')) return 'slash';
  const index = path.join(file, 'index.html');
  return existsSync(index) ? index : null;
}

/**
 * Netlify's and Cloudflare's format: a path (with `*`), then indented "Name: value" lines.
 * @param {string} file
 */
function headerRules(file) {
  /** @type {{path: RegExp, headers: [string, string][]}[]} */
  const rules = [];
  if (!existsSync(file)) return rules;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.trim() || line.trim().startsWith('#')) continue;
    if (/^\s/.test(line)) {
      const colon = line.indexOf(':');
      rules.at(-1)?.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    } else {
      const pattern = line
        .trim()
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*');
      rules.push({ path: new RegExp(`^${pattern}$`), headers: [] });
    }
  }
  return rules;
}

/** @param {ReturnType<typeof headerRules>} rules @param {string} inside */
function headersFor(rules, inside) {
  return rules.filter((rule) => rule.path.test(inside)).flatMap((rule) => rule.headers);
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} text */
function end(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = 'dist', base = '/', port = '4321'] = process.argv.slice(2);
  const { url } = await serve({ folder: path.resolve(folder), base, port: Number(port) });
  console.log(`Serving ${folder} at ${url}`);
}
