// The audits of GraphQL over HTTP by the GraphQL Foundation, with each executor:
// https://github.com/graphql/graphql-http
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { serve, type Served } from './served.js';

/**
 * Recommended, and not done here: whoever asks for `application/json` would get status 200 with a
 * document that cannot run. Apollo Server answers 400 too, and proxies, logs and alarms count it.
 */
const notDone = new Map([
  ['572B', 'SHOULD use 200 status code on document parsing failure'],
  ['FDE2', 'SHOULD use 200 status code on document validation failure'],
  ['7B9B', 'SHOULD use a status code of 200 on variable coercion failure'],
]);

/** A GET needs it: without it, any web page could send one in its visitor's name. */
const askedByProgram = { 'apollo-require-preflight': 'yes' };

const fetchAsProgram: typeof fetch = (url, init) => {
  const headers = { ...askedByProgram, ...Object.fromEntries(new Headers(init?.headers)) };
  return fetch(url, { ...init, headers });
};

const atFirst = serverAudits({ url: '' });

test('the audits that are not passed are still among them', () => {
  for (const [id, name] of notDone) {
    expect(atFirst.find((audit) => audit.id === id)?.name).toContain(name);
  }
});

describe.each(['compiled', 'reference'] as const)('with the executor %s', (graphqlExecutor) => {
  let served: Served | undefined;
  let results: ReadonlyMap<string, string>;
  beforeAll(async () => {
    served = await serve({ graphqlExecutor });
    const audits = serverAudits({ url: served.graphqlUrl, fetchFn: fetchAsProgram });
    const told = audits.map(async ({ id, fn }) => {
      const result = await fn();
      const reason = result.status === 'ok' ? '' : `: ${result.reason}`;
      return [id, `${result.status}${reason}`] as const;
    });
    results = new Map(await Promise.all(told));
  });
  afterAll(() => served?.stop());

  test.each(atFirst.map(({ id, name }) => [id, name]))('%s %s', (id) => {
    const expected = notDone.has(id) ? 'warn: Response status code is not 200' : 'ok';
    expect(results.get(id)).toBe(expected);
  });
});
