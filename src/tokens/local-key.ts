// The key pair that signs and verifies sign-ins without an identity provider.
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { keptSecret } from './key-folder.js';

/** Pinned: a token with any other algorithm is rejected. */
export const LOCAL_ALGORITHM = 'ES256';

export async function localKey(dataDir: string) {
  const make = async () => {
    const { privateKey } = await generateKeyPair(LOCAL_ALGORITHM, { extractable: true });
    return JSON.stringify(await exportJWK(privateKey));
  };
  const json = await keptSecret(dataDir, 'sign-in.jwk', make, (text) =>
    createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' }),
  );
  const jwk = JSON.parse(json) as JWK;
  const { kty, crv, x, y } = jwk;
  return {
    privateKey: await importJWK(jwk, LOCAL_ALGORITHM),
    publicKey: await importJWK({ kty, crv, x, y } as JWK, LOCAL_ALGORITHM),
  };
}
