// What a client reads: a browser shows a page, a program reads JSON of one of two types.

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

/**
 * Whether an answer of GraphQL can be read. Apollo finds out after it has executed the operation,
 * and its 406 would tell nothing of a mutation that was accepted.
 */
export function acceptsAnswer(accept: string | undefined): boolean {
  return accept === undefined || accept === '' || answerTypes.some((type) => isRead(type, accept));
}

const answerTypes = ['application/json', 'application/graphql-response+json'];

/** The most specific range that names the type decides. RFC 9110, 12.5.1. */
function isRead(type: string, accept: string): boolean {
  const wildcards = ['*/*', 'application/*', type];
  let decides = -1;
  let quality = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim());
    const [q, others] = [parameters.find(isQuality), parameters.filter((one) => !isQuality(one))];
    const specificity = wildcards.indexOf(name) + others.length;
    if (!wildcards.includes(name) || !others.every(isUtf8) || specificity <= decides) continue;
    decides = specificity;
    quality = q === undefined ? 1 : Number(q.slice(2)) || 0;
  }
  return quality > 0;
}

const isQuality = (parameter: string) => parameter.startsWith('q=');
const isUtf8 = (parameter: string) => /^charset="?utf-8"?$/.test(parameter);
