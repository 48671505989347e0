// What the pages are made of besides their text, checked once here: front matter, bibliography, glossary, published models.
// Paths are from the project's root, where Astro runs. Knows no page.
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
import { file } from 'astro/loaders';
import { z } from 'astro/zod';
import { defineCollection } from 'astro:content';
import { manifest, readManifests } from './site/manifests.ts';
import { readBibliography, reference } from './site/references.ts';

export const collections = {
  docs: defineCollection({
    loader: docsLoader(),
    schema: docsSchema({
      extend: z.object({
        chapter: z.number().int().positive().optional(), // numbers equations, figures and exercises
      }),
    }),
  }),
  bibliography: defineCollection({
    loader: () => readBibliography('src/content/bibliography.bib'),
    schema: reference,
  }),
  glossary: defineCollection({
    loader: file('src/content/glossary.yaml'),
    schema: z.object({
      term: z.string(),
      definition: z.string(), // one or two sentences; TeX between dollars, *emphasis*
      chapter: z.number().int().positive().optional(), // the chapter that explains it
    }),
  }),
  models: defineCollection({
    loader: () => readManifests('public/models'),
    schema: manifest,
  }),
};
