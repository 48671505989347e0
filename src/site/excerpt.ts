// Cuts a part out of a source file: an exported declaration with its comment, or a named region.
// Works on text; reading the file is the caller's. Knows TypeScript (through its own parser) and Python (by indentation).
import ts from 'typescript';

/** Thrown when a part is not in its file; lists the parts that are. */
export class ExcerptError extends Error {
  override name = 'ExcerptError';
}

/** Removes the indentation that all lines share, and empty lines at both ends. */
function dedent(text: string): string {
  const lines = text.replace(/\s+$/, '').split('\n');
  while (lines[0]?.trim() === '') lines.shift();
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join('\n');
}

/** Regions: `// #region name` … `// #endregion`, with `#` comments in Python. */
function regions(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const open: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const start = /^\s*(?:\/\/|#)\s*#region\s+(\S+)/.exec(line);
    if (start?.[1] !== undefined) {
      open.push({ name: start[1], lines: [] });
    } else if (/^\s*(?:\/\/|#)\s*#endregion\b/.test(line)) {
      const closed = open.pop();
      if (closed !== undefined) found.set(closed.name, dedent(closed.lines.join('\n')));
    } else {
      for (const region of open) region.lines.push(line);
    }
  }
  return found;
}

/** Names a statement declares. */
function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations
      .map((declaration) => declaration.name)
      .filter(ts.isIdentifier)
      .map((name) => name.text);
  }
  if (
    (ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)) &&
    statement.name !== undefined
  ) {
    return [statement.name.text];
  }
  return [];
}

/** Where a statement starts when the comments right above it, with no blank line between, are counted in. */
function startWithComments(text: string, statement: ts.Statement): number {
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  return comments.reduceRight(
    (start, comment) => (/\n\s*\n/.test(text.slice(comment.end, start)) ? start : comment.pos),
    statement.getStart(),
  );
}

/** Top-level declarations of a TypeScript file, each with the comment that belongs to it. */
function typescriptParts(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const source = ts.createSourceFile('excerpt.ts', text, ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    const start = startWithComments(text, statement);
    for (const name of declaredNames(statement)) {
      found.set(name, dedent(text.slice(start, statement.end)));
    }
  }
  return found;
}

/** Functions and classes of a Python file, decorators and the comment lines right above included; methods as `Class.method`. */
function pythonParts(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const lines = text.split('\n');
  let owner: string | undefined;
  lines.forEach((line, index) => {
    const match = /^(\s*)(?:async\s+)?(def|class)\s+(\w+)/.exec(line);
    if (match === null) return;
    const [, indent = '', kind, name = ''] = match;
    if (indent === '') owner = kind === 'class' ? name : undefined;
    if (indent !== '' && (owner === undefined || indent.length > 4)) return;

    let end = index + 1;
    while (end < lines.length) {
      const next = lines[end] ?? '';
      const closesSignature = /^\s*\)/.test(next);
      if (next.trim() !== '' && next.search(/\S/) <= indent.length && !closesSignature) break;
      end += 1;
    }
    let start = index;
    while (start > 0 && new RegExp(`^${indent}[@#]`).test(lines[start - 1] ?? '')) start -= 1;
    const key = indent === '' || owner === undefined ? name : `${owner}.${name}`;
    found.set(key, dedent(lines.slice(start, end).join('\n')));
  });
  return found;
}

/** The text without its region marks. */
function withoutMarks(text: string): string {
  return text.replace(/^\s*(?:\/\/|#)\s*#(?:end)?region\b.*\n?/gm, '');
}

/**
 * Cuts `part` out of `text`; without a part, gives the whole file. `file` decides the language and is named in errors.
 * A region wins over a declaration of the same name.
 */
export function excerpt(text: string, file: string, part?: string): string {
  if (part === undefined) return dedent(withoutMarks(text));
  const marked = regions(text);
  const declared = file.endsWith('.py') ? pythonParts(text) : typescriptParts(text);
  const found = marked.get(part) ?? declared.get(part);
  if (found !== undefined) return withoutMarks(found);
  const known = [...marked.keys(), ...declared.keys()].join(', ') || 'none';
  throw new ExcerptError(`${file} has no part "${part}". Parts there: ${known}.`);
}
