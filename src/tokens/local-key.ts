// The key pair that signs and verifies sign-ins without an identity provider.
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { keptSecret } from './key-folder.js';

/** Pinned: a token with any other algorithm is rejected. */
export const LOCAL_ALGORITHM = 'ES256';

export async function localKey(dataDir: string) {
  const json = await keptSecret(dataDir, 'sign-in.jwk', async () => {
    const { privateKey } = await generateKeyPair(LOCAL_ALGORITHM, { extractable: true });
    return JSON.stringify(await exportJWK(privateKey));
  });
  const jwk = JSON.parse(json) as JWK;
  const { kty, crv, x, y } = jwk;
  return {
    privateKey: await importJWK(jwk, LOCAL_ALGORITHM),
    publicKey: await importJWK({ kty, crv, x, y } as JWK, LOCAL_ALGORITHM),
  };
}
