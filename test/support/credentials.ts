// Keys and certificates of servers of a test, signed by an authority that nobody else knows.
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
/** An hour. */
const LASTS_MS = 3_600_000;

/** In PEM. */
export interface Credentials {
  readonly key: string;
  readonly cert: string;
  /** Of the authority that signed it. */
  readonly authority: string;
}

/** @param name the one DNS name of the certificate */
export async function newCredentials(name: string): Promise<Credentials> {
  const [authorityKeys, keys] = [await newKeys(), await newKeys()];
  const notAfter = new Date(Date.now() + LASTS_MS);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=Somebody', notAfter, keys: authorityKeys, signingAlgorithm: ALGORITHM },
    extensions: [new BasicConstraintsExtension(true)],
  });
  const signed = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.subject,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`,
    cert: signed.toString('pem'),
    authority: authority.toString('pem'),
  };
}
