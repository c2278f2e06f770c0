// Defines a valid line of text for every input: HTTP, websocket, header, command line, import.
// Other characters could not be stored or would display misleadingly.

const notText: readonly (readonly [RegExp, string])[] = [
  [/\p{Cs}/u, 'half of a surrogate pair'],
  [/\p{Cc}/u, 'a control character'],
  [/[\p{Zl}\p{Zp}]/u, 'a line separator'],
  // Embeddings, overrides and isolates make the rest of a line display in another order.
  [/[\u202a-\u202e\u2066-\u2069]/u, 'a character that changes the direction of text'],
  [/\p{Noncharacter_Code_Point}/u, 'a code point that is no character'],
];

/** Names the character that a line of text must not contain; undefined for valid text. */
export function textFault(value: string): string | undefined {
  return notText.find(([pattern]) => pattern.test(value))?.[1];
}

/** No database keeps half of a surrogate pair, and Postgres no NUL. */
const unstorable = /[\p{Cs}\0]/gu;

/** The text as every database can keep it, with U+FFFD for what it cannot. */
export function storable(text: string): string {
  return text.replace(unstorable, '\uFFFD');
}

/**
 * An article number in the one spelling that it is known by. A keyboard, a file system or a
 * spreadsheet writes an accent with its letter or after it, and other spaces for the plain one.
 */
export function spelledSku(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .trim();
}
