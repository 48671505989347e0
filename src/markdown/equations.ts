// Numbers of equations and references to them, found in a page's source before it is rendered.
// An equation has a number when it carries \label{name}; numbers count up in the order of the text, "7.3" in chapter 7.
// Knows nothing of KaTeX and nothing of other pages: a reference reaches equations of its own page only.

export interface Equation {
  readonly label: string;
  readonly number: string; // "7.3", or "3" on a page without a chapter
  readonly id: string; // the fragment that leads to it
}

const LABEL = /\\label\{([^{}]*)\}/g;

/** Thrown for a label that is used twice or refers to nothing; the message names file and label. */
export class EquationError extends Error {
  override name = 'EquationError';
}

/** Removes code, in which a \label is an example and not an equation. */
function withoutCode(source: string): string {
  return source.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Lists the labelled equations of a page by label, numbered in the order of the text. */
export function numberEquations(
  source: string,
  chapter: number | undefined,
  file: string,
): ReadonlyMap<string, Equation> {
  const equations = new Map<string, Equation>();
  for (const [, label = ''] of withoutCode(source).matchAll(LABEL)) {
    if (!/^[a-z0-9-]+$/.test(label)) {
      throw new EquationError(
        `${file}: the label "${label}" must be made of lower-case letters, digits and hyphens.`,
      );
    }
    if (equations.has(label)) {
      throw new EquationError(`${file}: the label "${label}" stands on two equations.`);
    }
    const count = String(equations.size + 1);
    const number = chapter === undefined ? count : `${String(chapter)}.${count}`;
    equations.set(label, { label, number, id: `eq-${label}` });
  }
  return equations;
}

/** Splits a display into its TeX without labels and the one label it may carry. */
export function takeLabel(tex: string, file: string): { tex: string; label: string | undefined } {
  const labels = [...tex.matchAll(LABEL)];
  if (labels.length > 1) {
    throw new EquationError(
      `${file}: one display carries ${String(labels.length)} labels; give each equation its own display.`,
    );
  }
  return { tex: tex.replace(LABEL, ''), label: labels[0]?.[1] };
}

/** Reads the label of `\eqref{label}` when that is all the TeX says. */
export function referenceIn(tex: string): string | undefined {
  return /^\s*\\eqref\{([^{}]*)\}\s*$/.exec(tex)?.[1];
}

/** Finds an equation or fails with the labels that exist. */
export function findEquation(
  equations: ReadonlyMap<string, Equation>,
  label: string,
  file: string,
): Equation {
  const found = equations.get(label);
  if (found !== undefined) return found;
  const known = [...equations.keys()].join(', ') || 'none';
  throw new EquationError(
    `${file}: \\eqref{${label}} refers to no equation of this page. Labels here: ${known}.`,
  );
}
