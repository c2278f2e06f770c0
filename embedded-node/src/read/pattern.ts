// Regular expressions as the real server has them, which are .NET's: the few that JavaScript writes in
// another way are turned into its own, and those that .NET does not know are refused.

/** Escapes that .NET does not know; JavaScript would take them for the letter. */
const UNKNOWN_ESCAPE = /^\\[CEFHIJKLMNOQRTUVXYghijlmoqy_]$/;
const BEGINNING = '(?<![^])';
const END = '(?![^])';

/** @throws SyntaxError for what is no regular expression */
export function patternOf(expression: string): RegExp {
  const [opening = '', options = ''] = /^\(\?([ims]+)\)/.exec(expression) ?? [];
  // Classes of Unicode are known to JavaScript's strict form only.
  const flags = /\\[pP]\{/.test(expression) ? `${options}u` : options;
  const source = expression.slice(opening.length).replace(/\\[^]/g, (escape) => {
    if (UNKNOWN_ESCAPE.test(escape)) throw new SyntaxError(`Unrecognized escape ${escape}`);
    if (escape === '\\A') return BEGINNING;
    return escape === '\\z' || escape === '\\Z' ? END : escape;
  });
  return new RegExp(source, [...new Set(flags)].join(''));
}
