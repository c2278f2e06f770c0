// Texts as the log keeps them: as UTF-8, which has no half of a surrogate pair. JSON can have one.

/** A half becomes U+FFFD, so that two names that the log cannot tell apart are one. */
export function utf8Text(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
