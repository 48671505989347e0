// The outline of the course: parts, chapters and the pages around them, in reading order.
// The sidebar, the landing page's map and the chapter heads read it. A page counts as written when its file exists, so a
// new chapter needs no line here. Knows no component and does not touch the disk.

/** What a page shows about a chapter before it is opened. */
export interface Chapter {
  readonly number: number;
  readonly title: string;
  readonly slug: string; // path below the site's root, without slashes at the ends
  readonly adds: string; // what it adds to the family, for the map
}

export interface Part {
  readonly title: string;
  readonly chapters: readonly Chapter[];
}

export interface Page {
  readonly title: string;
  readonly slug: string;
}

const chapter = (number: number, slug: string, title: string, adds: string): Chapter => ({
  number,
  slug,
  title,
  adds,
});

export const parts: readonly Part[] = [
  {
    title: 'Foundations',
    chapters: [
      chapter(
        1,
        'foundations/what-is-an-autoencoder',
        'What an autoencoder is',
        'encoder, code, decoder',
      ),
      chapter(
        2,
        'foundations/fully-connected',
        'The fully connected autoencoder',
        'beyond PCA, by layers',
      ),
      chapter(
        3,
        'foundations/convolutional',
        'The convolutional autoencoder',
        'weights shared over places',
      ),
      chapter(
        4,
        'foundations/denoising',
        'The denoising autoencoder, and the road to diffusion',
        'noise in, the score out',
      ),
      chapter(
        5,
        'foundations/principal-manifold',
        'Principal manifolds',
        'a curve through the data',
      ),
      chapter(
        6,
        'foundations/sparse',
        'Sparse autoencoders and interpretability',
        'wide codes, few active',
      ),
    ],
  },
  {
    title: 'Variational',
    chapters: [
      chapter(7, 'variational/vae', 'The variational autoencoder', 'codes as clouds; it generates'),
      chapter(
        8,
        'variational/elbo-and-kl',
        'The ELBO and the KL divergence',
        'the bound behind the loss',
      ),
      chapter(
        9,
        'variational/reparameterization',
        'The reparameterization trick',
        'gradients through noise',
      ),
      chapter(
        10,
        'variational/likelihoods',
        'Likelihoods and loss scaling',
        'what a loss assumes of pixels',
      ),
      chapter(
        11,
        'variational/conditional-vae',
        'The conditional VAE',
        'generate what is asked for',
      ),
      chapter(12, 'variational/beta-vae', 'The β-VAE and disentanglement', 'a price on the rate'),
      chapter(13, 'variational/vq-vae', 'The VQ-VAE', 'a codebook in place of a density'),
      chapter(
        14,
        'variational/adversarial',
        'The adversarial autoencoder',
        'a critic in place of the KL',
      ),
      chapter(15, 'variational/hierarchical-vae', 'The hierarchical VAE', 'latents of latents'),
    ],
  },
  {
    title: 'Judging and using them',
    chapters: [
      chapter(16, 'practice/evaluation', 'Evaluation', 'what the figures mean'),
      chapter(17, 'practice/applications', 'Applications', 'anomalies, compression, labels'),
      chapter(18, 'practice/training', 'Training in practice', 'runs that fail, and their cures'),
      chapter(19, 'practice/beyond', 'What lies beyond', 'what each keeps of it'),
    ],
  },
];

export const aroundPages: readonly Page[] = [
  { title: 'Which autoencoder should I use?', slug: 'which-autoencoder' },
  { title: 'Learning paths', slug: 'learning-paths' },
  { title: 'The family as a tree', slug: 'family-tree' },
  { title: 'Model zoo', slug: 'models' },
  { title: 'Data sets and licences', slug: 'data' },
  { title: 'All exercises', slug: 'exercises' },
  { title: 'Setting up PyTorch', slug: 'pytorch' },
  { title: 'Notation', slug: 'notation' },
  { title: 'Glossary', slug: 'glossary' },
  { title: 'Bibliography', slug: 'bibliography' },
  { title: 'How the site works', slug: 'how-it-works' },
];

/** Finds the chapter whose page has this slug, with its part. */
export function chapterAt(slug: string): { part: Part; chapter: Chapter } | undefined {
  for (const part of parts) {
    const found = part.chapters.find((candidate) => candidate.slug === slug);
    if (found !== undefined) return { part, chapter: found };
  }
  return undefined;
}
