// The site: Astro and Starlight, mathematics by KaTeX at build, Svelte islands for the labs.
// BASE_PATH puts it under a sub-path, SITE sets its canonical address.
import { existsSync } from 'node:fs';
import mdx from '@astrojs/mdx';
import starlight from '@astrojs/starlight';
import svelte from '@astrojs/svelte';
import { satteri } from '@astrojs/markdown-satteri';
import { defineConfig } from 'astro/config';
import starlightLinksValidator from 'starlight-links-validator';
import { contentSecurityPolicy } from './scripts/csp.mjs';
import { katexPlugin } from './src/markdown/katex.ts';
import { aroundPages, parts } from './src/site/course.ts';

const isWritten = ({ slug }) =>
  ['mdx', 'md'].some((end) =>
    existsSync(new URL(`src/content/docs/${slug}.${end}`, import.meta.url)),
  );
const toItem = ({ slug, title }) => ({ slug, label: title });

export default defineConfig({
  ...(process.env.SITE ? { site: process.env.SITE } : {}), // without it: no sitemap, no canonical links
  base: process.env.BASE_PATH ?? '/',
  trailingSlash: 'always',
  markdown: {
    processor: satteri({ features: { math: true }, hastPlugins: [katexPlugin] }),
  },
  vite: { worker: { format: 'es' } },
  integrations: [
    starlight({
      title: 'Bottleneck',
      description:
        'An interactive course on autoencoders. Its labs train real models in the browser.',
      favicon: '/favicon.svg',
      credits: false,
      customCss: [
        './src/styles/fonts.css',
        './src/styles/tokens.css',
        'katex/dist/katex.css',
        './src/styles/chrome.css',
        './src/styles/prose.css',
        './src/styles/math.css',
        './src/styles/print.css',
      ],
      components: Object.fromEntries(
        [
          'Footer',
          'Head',
          'MarkdownContent',
          'PageSidebar',
          'PageTitle',
          'Sidebar',
          'SiteTitle',
          'TwoColumnContent',
        ].map((name) => [name, `./src/components/site/${name}.astro`]),
      ),
      sidebar: [...parts.flatMap((part) => part.chapters), ...aroundPages]
        .filter(isWritten)
        .map(toItem),
      plugins: [starlightLinksValidator()],
    }),
    mdx(),
    svelte(),
    contentSecurityPolicy(),
  ],
});
