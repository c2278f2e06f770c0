// JSON as a page shows it. Characters that nobody sees, or that turn the direction of a line, are
// written as escapes: the text is still the same JSON.
const unseen =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    unseen,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
