// The words of a text, as the catalogue's search compares them: without case, accents and
// punctuation. The rows and the questions about them use the same rule.

/** At most this many words of a question count. */
const MAX_SOUGHT = 8;

/** In the order of the text; a word can occur twice. */
export function wordsOf(text: string): string[] {
  const plain = withoutCase(text.normalize('NFKD').replace(/\p{M}/gu, ''));
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Small letters alone do not compare: the capitals of `ß` are SS, and those of a word in `ς` begin
 * a longer word with `σ`.
 */
function withoutCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** An article number is found by its parts, and by all of them written together. */
export function wordsOfSku(sku: string): string[] {
  const parts = wordsOf(sku);
  return parts.length > 1 ? [...parts, parts.join('')] : parts;
}

/** The word of the index that stands for a tag. No text has it: it is looked up by itself. */
export function tagWord(tag: string): string {
  return `t${Array.from(tag, (character) => character.codePointAt(0)?.toString(16)).join('x')}`;
}

/** The words that a product must have all of, each as the beginning of one of its words. */
export function soughtWords(search: string): string[] {
  const distinct = [...new Set(wordsOf(search))];
  const isImplied = (word: string) =>
    distinct.some((other) => other !== word && word.length > 1 && other.startsWith(word));
  return distinct.filter((word) => !isImplied(word)).slice(0, MAX_SOUGHT);
}
