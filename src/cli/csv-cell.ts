// A cell of a CSV file that a spreadsheet may open.

/**
 * RFC 4180. A spreadsheet would run a text with these beginnings as a formula; a leading apostrophe
 * makes it text. A lone hyphen, or a number, is none. A text that has such an apostrophe gets a
 * further one: without its first one it is the text again.
 */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isFormula = /^('+[=+\-@\t\r]|[=+\-@\t\r].)/s.test(value) && !/^-\d+(\.\d+)?$/.test(value);
  const safe = isFormula ? `'${value}` : value;
  return /^[\w.-]*$/.test(safe) ? safe : `"${safe.replaceAll('"', '""')}"`;
}
