// Parts of .NET's regular expressions that differ in JavaScript: its character classes are
// Unicode's, only a line feed ends a line, and one line feed may follow the end.

export const DIGITS = String.raw`\p{Nd}`;
export const WORDS = String.raw`[\p{L}\p{Mn}\p{Nd}\p{Pc}]`;
export const SPACES = String.raw`[\f\n\r\t\v\u0085\p{Z}]`;

/** The characters of words for `\b`: in .NET they include joiners. */
const WORD = String.raw`[\p{L}\p{Mn}\p{Nd}\p{Pc}\u200c\u200d]`;
const BEGINNING = '(?<![^])';
const END = '(?![^])';
const END_OR_LAST_LINE = `(?=\\n?${END})`;

const ANCHORS: Readonly<Record<string, string>> = {
  '^': BEGINNING,
  $: END_OR_LAST_LINE,
  '.': String.raw`[^\n]`,
  '\\A': BEGINNING,
  '\\G': BEGINNING,
  '\\z': END,
  '\\Z': END_OR_LAST_LINE,
  '\\b': `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  '\\B': `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
};
const OF_LINES: Readonly<Record<string, string>> = {
  '^': String.raw`(?:(?<![^])|(?<=\n))`,
  $: String.raw`(?=\n|(?![^]))`,
};

/** An anchor or the dot in JavaScript's notation; undefined for other pieces. */
export function anchorOf(
  piece: string,
  { m, s }: { readonly m: boolean; readonly s: boolean },
): string | undefined {
  if (piece === '.' && s) return '[^]';
  return (m ? OF_LINES[piece] : undefined) ?? ANCHORS[piece];
}

export function negated(set: string): string {
  return set.startsWith('[') ? `[^${set.slice(1)}` : `[^${set}]`;
}

/**
 * A literal character, inside a set or outside: escaped by its number if it has a special meaning.
 */
export function literal(character: string): string {
  const isPlain = /^[\w\u0080-\u{10ffff}]$/u.test(character);
  return isPlain ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\u0007',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The character of an escape, without its backslash.
 *
 * @throws SyntaxError for unknown letters
 */
export function characterOf(escape: string): string {
  const [kind = ''] = escape;
  if (escape.length > kind.length) {
    if (kind === 'c') return String.fromCharCode((escape.codePointAt(1) ?? 0) & 31);
    if (kind !== '0') return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  }
  if (kind === '0') return String.fromCharCode(Number.parseInt(escape, 8));
  const control = CONTROLS[kind];
  if (control !== undefined) return control;
  if (new RegExp(WORDS, 'v').test(kind)) throw new SyntaxError(`An unknown escape: \\${kind}`);
  return kind;
}
