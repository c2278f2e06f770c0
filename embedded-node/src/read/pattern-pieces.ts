// The pieces of .NET's regular expressions that JavaScript writes in another way: its sets of
// characters are Unicode's, its lines end with a line feed alone, and the end may have one behind
// it.

export const DIGITS = String.raw`\p{Nd}`;
export const WORDS = String.raw`[\p{L}\p{Mn}\p{Nd}\p{Pc}]`;
export const SPACES = String.raw`[\f\n\r\t\v\u0085\p{Z}]`;

/** What a boundary is between: joiners belong to words there. */
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

/** A place or any character, as it is written in JavaScript; undefined for what is neither. */
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
 * A character that stands for itself, inside of a set and outside: by its number, if it means
 * anything.
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
 * The character that an escape means, without its backslash.
 * @throws SyntaxError for letters that mean nothing
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
