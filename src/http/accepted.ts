// Distinguishes a browser that shows a page from a program that reads JSON.

/**
 * Whether the `Accept` header names HTML and does not prefer JSON. `curl` and `fetch` do not name
 * HTML.
 */
export function acceptsPage(accept: string | undefined): boolean {
  const page = qualityOf('text/html', accept);
  return page > 0 && page >= qualityOf('application/json', accept);
}

/** 0 when the type is not named: programs send only a wildcard. RFC 9110, 12.4.2. */
function qualityOf(type: string, accept = ''): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return q === undefined ? 1 : Number(q.slice(2)) || 0;
  }
  return 0;
}
