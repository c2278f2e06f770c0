import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecret } from '../../src/tokens/key-folder.js';
import { localKey } from '../../src/tokens/local-key.js';
import { createTokenVerifier, mintToken } from '../../src/tokens/sign-in.js';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-tokens-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const settings = () => ({ dataDir, issuer: 'cartograph', audience: 'cartograph' });
const admin = { subject: 'me', role: 'admin', ttlSeconds: 60 } as const;

interface Forged {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

async function forged({ claims, issuer, audience, issuedAt, expiresAt }: Forged = {}) {
  const now = Math.floor(Date.now() / 1_000);
  const { privateKey } = await localKey(dataDir);
  return new SignJWT(claims ?? { role: 'admin' })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject('me')
    .setIssuer(issuer ?? 'cartograph')
    .setAudience(audience ?? 'cartograph')
    .setIssuedAt(issuedAt ?? now)
    .setExpirationTime(expiresAt ?? now + 60)
    .sign(privateKey);
}

describe('a sign-in', () => {
  test('that was minted on the same folder is believed', async () => {
    const token = await mintToken(settings(), admin);
    const verify = await createTokenVerifier(settings());
    expect(await verify(token)).toMatchObject({ subject: 'me', role: 'admin' });
  });

  test('expires a quarter of an hour after it was issued, even if it claims more', async () => {
    const verify = await createTokenVerifier(settings());
    const issuedAt = Math.floor(Date.now() / 1_000) - 600;
    const hour = await forged({ issuedAt, expiresAt: issuedAt + 3_600 });
    expect((await verify(hour)).expiresAt).toBe((issuedAt + 900) * 1_000);
    const short = await forged({ issuedAt, expiresAt: issuedAt + 700 });
    expect((await verify(short)).expiresAt).toBe((issuedAt + 700) * 1_000);
  });

  test('of another folder, that is of another key, is not', async () => {
    const verify = await createTokenVerifier(settings());
    const elsewhere = await mkdtemp(join(tmpdir(), 'cartograph-tokens-'));
    const token = await mintToken({ ...settings(), dataDir: elsewhere }, admin);
    await rm(elsewhere, { recursive: true });
    await expect(verify(token)).rejects.toThrow();
  });

  const now = Math.floor(Date.now() / 1_000);
  test.each<[string, Forged]>([
    ['that has expired', { expiresAt: now - 1 }],
    ['that is older than a quarter of an hour', { issuedAt: now - 901, expiresAt: now + 900 }],
    ['from another issuer', { issuer: 'somebody' }],
    ['for another audience', { audience: 'somebody' }],
    ['without a role', { claims: {} }],
    ['with a role that is unknown', { claims: { role: 'emperor' } }],
  ])('%s is not believed', async (_what, forgery) => {
    const verify = await createTokenVerifier(settings());
    await expect(verify(await forged(forgery))).rejects.toThrow();
    await expect(verify(await forged())).resolves.toMatchObject({ role: 'admin' });
  });

  test.each(['none', 'HS256'])('signed by %s is not believed', async (alg) => {
    const verify = await createTokenVerifier(settings());
    const [, payload = ''] = (await forged()).split('.');
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    await expect(verify(`${header}.${payload}.`)).rejects.toThrow();
    await expect(verify(`${header}.${payload}.c2lnbmF0dXJl`)).rejects.toThrow();
  });

  test.each([0, -1, 901, Number.NaN])('is not minted for %d seconds', async (ttlSeconds) => {
    await expect(mintToken(settings(), { ...admin, ttlSeconds })).rejects.toThrow(RangeError);
  });
});

describe('secrets of a data folder', () => {
  test('are the same for all who start at once, and readable by their owner alone', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret(dataDir)));
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
    const { mode } = await stat(join(dataDir, 'keys/cart-tokens.secret'));
    expect(mode & 0o077).toBe(0);
  });
});
