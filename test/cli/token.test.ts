// A token of the command line is believed by whoever serves the same data folder, and nobody else.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createTokenVerifier } from '../../src/tokens/sign-in.js';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

const mint = async (...flags: string[]) => {
  const { code, output } = await cartograph.run('token', '--role', 'admin', ...flags);
  expect(code).toBe(0);
  return output;
};

test('tokens that are minted at once, on a folder that is not there yet, are believed', async () => {
  const tokens = await Promise.all(['ann', 'bob', 'eve'].map((name) => mint('--subject', name)));
  const { dataDir } = cartograph;
  const verify = await createTokenVerifier({
    dataDir,
    issuer: 'cartograph',
    audience: 'cartograph',
  });
  const signIns = await Promise.all(tokens.map((token) => verify(token)));
  expect(signIns.map(({ subject, role }) => [subject, role])).toEqual([
    ['ann', 'admin'],
    ['bob', 'admin'],
    ['eve', 'admin'],
  ]);
});

test.each([
  ['90s', 90],
  ['2m', 120],
  ['15m', 900],
])('--ttl %s lasts for %d seconds', async (ttl, seconds) => {
  const { iat = 0, exp = 0 } = decodeJwt(await mint('--subject', 'ann', '--ttl', ttl));
  expect(exp - iat).toBe(seconds);
});

test('none is minted where an identity provider signs people in', async () => {
  const provided = cartograph.with({ JWKS_URL: 'https://id.example/keys' });
  const { code, errors } = await provided.run('token', '--role', 'admin', '--subject', 'me');
  expect([code, errors]).toEqual([2, expect.stringContaining('JWKS_URL')]);
});
