// Short texts given to components as plain strings (captions, claims, definitions): TeX between dollars and
// *emphasis* become HTML, everything else is escaped. Knows no Markdown beyond that.
import { renderTex } from '../markdown/katex.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes what HTML would take for markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

/** Renders a short text to HTML; `where` names its origin in error messages. */
export function inlineHtml(text: string, where: string): string {
  return text
    .split(/(\$[^$]+\$)/)
    .map((piece) =>
      piece.length > 2 && piece.startsWith('$') && piece.endsWith('$')
        ? renderTex(piece.slice(1, -1), false, where)
        : escapeHtml(piece.replaceAll("'", '’')).replace(/\*([^*]+)\*/g, '<em>$1</em>'),
    )
    .join('');
}
