// Mathematics in Markdown and MDX: TeX between dollars becomes KaTeX's HTML and MathML when the page is built.
// Owns the course's macros and the colour classes on symbols. Numbers and references come from equations.ts.
import { fileURLToPath } from 'node:url';
import katex from 'katex';
import type { HastNode, HastPluginEntry } from 'satteri';
import { findEquation, numberEquations, referenceIn, takeLabel } from './equations.ts';

/** Shorthands of the course. The first four put the colour of encoder, latent, decoder and data on a symbol. */
const MACROS: Readonly<Record<string, string>> = {
  '\\enc': '\\htmlClass{enc}{#1}',
  '\\lat': '\\htmlClass{lat}{#1}',
  '\\dec': '\\htmlClass{dec}{#1}',
  '\\dat': '\\htmlClass{dat}{#1}',
  '\\E': '\\mathbb{E}',
  '\\R': '\\mathbb{R}',
  '\\N': '\\mathcal{N}',
  '\\KL': '\\mathrm{KL}\\!\\left(#1 \\,\\middle\\|\\, #2\\right)',
  '\\ELBO': '\\mathrm{ELBO}',
  '\\Bern': '\\mathrm{Bernoulli}',
  '\\sigmoid': '\\operatorname{sigmoid}',
  '\\softplus': '\\operatorname{softplus}',
  '\\diag': '\\operatorname{diag}',
  '\\tr': '\\operatorname{tr}',
  '\\argmin': '\\operatorname*{arg\\,min}',
  '\\argmax': '\\operatorname*{arg\\,max}',
  '\\T': '^{\\mathsf{T}}',
  '\\d': '\\mathop{}\\!\\mathrm{d}',
};

/** Thrown for TeX that KaTeX cannot read; the message names the file and shows the TeX. */
export class MathError extends Error {
  override name = 'MathError';
}

/**
 * Renders TeX to HTML with MathML beside it.
 * The visual copy and the TeX annotation are kept out of the search index, the MathML copy stays in it.
 */
export function renderTex(tex: string, displayMode: boolean, file: string): string {
  try {
    return katex
      .renderToString(tex, {
        displayMode,
        macros: { ...MACROS }, // KaTeX writes into what it is given
        output: 'htmlAndMathml',
        trust: ({ command }) => command === '\\htmlClass',
        strict: (code: string) => (code === 'htmlExtension' ? 'ignore' : 'error'),
      })
      .replaceAll('<span class="katex-html"', '<span data-pagefind-ignore class="katex-html"')
      .replaceAll('<annotation ', '<annotation data-pagefind-ignore ');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MathError(`${file}: ${reason}\nIn the formula: ${tex.trim()}`, { cause: error });
  }
}

/** Reads the chapter's number from the front matter that Astro has parsed. */
function chapterOf(data: { astro?: { frontmatter: Record<string, unknown> } }): number | undefined {
  const chapter: unknown = data.astro?.frontmatter['chapter'];
  return typeof chapter === 'number' ? chapter : undefined;
}

/** A node that holds ready HTML; MDX takes it through Astro's `set:html`, plain Markdown as it is. */
function htmlNode(
  tag: 'span' | 'div',
  html: string,
  id: string | undefined,
  mdx: boolean,
): HastNode {
  const className = tag === 'div' ? 'equation' : 'math';
  if (!mdx) {
    const idAttribute = id === undefined ? '' : ` id="${id}"`;
    return { type: 'raw', value: `<${tag} class="${className}"${idAttribute}>${html}</${tag}>` };
  }
  const attributes = { class: className, ...(id === undefined ? {} : { id }), 'set:html': html };
  return {
    type: tag === 'div' ? 'mdxJsxFlowElement' : 'mdxJsxTextElement',
    name: tag,
    attributes: Object.entries(attributes).map(([name, value]) => ({
      type: 'mdxJsxAttribute',
      name,
      value,
    })),
    children: [],
  };
}

/** The plugin for Sätteri: one per document, since equations are numbered per page. */
export const katexPlugin: HastPluginEntry = ({ fileURL, source, sourceFormat, data }) => {
  const file = fileURL === undefined ? 'a page' : fileURLToPath(fileURL);
  const equations = numberEquations(source, chapterOf(data), file);
  const mdx = sourceFormat === 'mdx';

  return {
    name: 'katex',
    element: {
      filter: ['code'],
      visit(node, ctx) {
        const classes = node.properties.className;
        if (!Array.isArray(classes) || !classes.includes('language-math')) return;
        const written = ctx.textContent(node);

        if (!classes.includes('math-display')) {
          const label = referenceIn(written);
          if (label === undefined) {
            return htmlNode('span', renderTex(written, false, file), undefined, mdx);
          }
          const { id, number } = findEquation(equations, label, file);
          return {
            type: 'element',
            tagName: 'a',
            properties: { href: `#${id}`, className: ['eqref'] },
            children: [{ type: 'text', value: `(${number})` }],
          };
        }

        const { tex, label } = takeLabel(written, file);
        const equation = label === undefined ? undefined : findEquation(equations, label, file);
        const number =
          equation === undefined
            ? ''
            : `<a class="equation-number" href="#${equation.id}" aria-label="Equation ${equation.number}">(${equation.number})</a>`;
        const body = `<div class="equation-body">${renderTex(tex, true, file)}</div>`;
        const parent = ctx.parent(node);
        ctx.replaceNode(
          parent.type === 'element' && parent.tagName === 'pre' ? parent : node,
          htmlNode('div', body + number, equation?.id, mdx),
        );
        return;
      },
    },
  };
};
