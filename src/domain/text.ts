// What counts as one line of text, wherever a string comes in: by HTTP, websocket, header, command
// line or import. Everything else could not be stored, or would show as what it is not.

const notText: readonly (readonly [RegExp, string])[] = [
  [/\p{Cs}/u, 'half of a surrogate pair'],
  [/\p{Cc}/u, 'a control character'],
  [/[\p{Zl}\p{Zp}]/u, 'a line separator'],
  // Embeddings, overrides and isolates: they make the rest of a line read in another order.
  [/[\u202a-\u202e\u2066-\u2069]/u, 'a character that changes the direction of text'],
  [/\p{Noncharacter_Code_Point}/u, 'a code point that is no character'],
];

/** What the value holds that does not belong in a line of text; undefined when it is one. */
export function textFault(value: string): string | undefined {
  return notText.find(([pattern]) => pattern.test(value))?.[1];
}
