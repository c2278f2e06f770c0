// The pages of the built service, as a browser finds them: none links to what is not there.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ServiceProcess } from './service.js';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const production = {
  NODE_ENV: 'production',
  JWKS_URL: 'http://127.0.0.1:9/keys',
  CART_TOKEN_SECRET: 'a secret of at least thirty-two letters',
};

/** Everything on the page that the browser loads or offers to go to. */
function linksOf(page: string): string[] {
  return [...page.matchAll(/\b(?:href|src)="([^"#]+)"/g)].map(([, link]) => link!);
}

describe.each([
  ['development', {}],
  ['production', production],
])('in %s', (mode, settings: Readonly<Record<string, string>>) => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start(settings);
  });
  afterAll(() => service.remove());

  const open = (path: string, headers: Record<string, string> = browser, method = 'GET') =>
    fetch(new URL(path, service.url), { headers, method, redirect: 'manual' });

  test.each(['/', '/nowhere', '/a/deep/path/that/is/not'])(
    'no link of %s is dead',
    async (path) => {
      const answer = await open(path);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const links = linksOf(await answer.text());
      expect(links.length).toBeGreaterThan(2);
      for (const link of links) {
        const found = await open(link);
        expect([link, found.status]).toEqual([link, 200]);
      }
    },
  );

  const cart = '00000000-0000-4000-8000-000000000001';
  const routes = [
    '/',
    '/products/71053',
    '/checkout',
    `/orders/${cart}`,
    `/carts/${cart}/history`,
    '/ops',
    '/ops/log',
  ];
  test.each([...routes, '/sign-in'])('%s is the app, or not there', async (path) => {
    const answer = await open(path);
    expect(answer.status).toBe(path === '/sign-in' && mode === 'production' ? 404 : 200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).not.toContain('unsafe');
    const page = await answer.text();
    // Nothing in it runs or is styled without a file of this service.
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    if (answer.status !== 200) return;
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(page).toContain(
      `name="cartograph-pages" content="${mode === 'production' ? '' : 'playground sign-in'}"`,
    );
  });

  test('a hashed file is compressed, and kept for ever', async () => {
    const page = await (await open('/')).text();
    const script = linksOf(page).find((link) => link.endsWith('.js'))!;
    const bodies = [];
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await open(script, { 'accept-encoding': encoding });
      expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding);
      expect(answer.headers.get('content-type')).toContain('javascript');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
      bodies.push(await answer.text());
    }
    expect(new Set(bodies).size).toBe(1);
    const compressed = await open(`${script}.br`);
    expect(compressed.status).toBe(404);
  });

  test('/ is answered to HEAD as to GET', async () => {
    const [get, head] = [await open('/'), await open('/', browser, 'HEAD')];
    const seen = ({ status, headers }: Response) => [status, headers.get('content-length')];
    expect(seen(head)).toEqual(seen(get));
    expect(await head.text()).toBe('');
  });

  test('an unknown path is a page for a browser and JSON for a program', async () => {
    const page = await open('/nowhere?x-cart-token=secret');
    expect(page.status).toBe(404);
    const text = await page.text();
    expect(text).toContain('This page does not exist');
    expect(text).not.toContain('secret');
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5']) {
      const answer = await open('/nowhere', { accept });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({
        errors: [{ extensions: { code: 'NOT_FOUND' } }],
      });
    }
  });

  test('/graphql opened in a browser', async () => {
    const answer = await open('/graphql');
    const { status } = answer;
    if (mode === 'development') {
      expect([status, answer.headers.get('location')]).toEqual([302, '/graphiql']);
      const playground = await open('/graphiql', { ...browser, 'accept-encoding': 'br' });
      expect([playground.status, playground.headers.get('cache-control')]).toEqual([
        200,
        'no-cache',
      ]);
      return;
    }
    expect(status).toBe(400);
    expect(await answer.json()).toEqual({
      errors: [
        {
          message: 'Use POST with content-type: application/json.',
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    });
    expect((await open('/graphiql')).status).toBe(404);
  });
});
