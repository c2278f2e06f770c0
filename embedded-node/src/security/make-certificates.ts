// Generates a CA and a certificate for one node. The CA's key signs only this certificate and is
// not stored, so nobody can make another certificate that the CA's clients would trust.
import 'reflect-metadata';
import { type webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

export interface NodeCertificates {
  /** All three are PEM; `cert` contains the node's certificate followed by the CA's. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNED_BY = { name: 'ECDSA', hash: 'SHA-256' } as const;
const VALID_YEARS = 10;
/** A client whose clock is behind must be able to connect at once. */
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

/** @param hosts names and addresses by which clients reach the node; not empty */
export async function makeCertificates(
  hosts: readonly string[],
  nowMs: number,
): Promise<NodeCertificates> {
  const notBefore = new Date(nowMs - CLOCK_SKEW_MS);
  const notAfter = new Date(nowMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + VALID_YEARS);
  const valid = { notBefore, notAfter, signingAlgorithm: SIGNED_BY };
  const [caKeys, nodeKeys] = await Promise.all([newKeys(), newKeys()]);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...valid,
    name: 'CN=Embedded node CA',
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const node = await x509.X509CertificateGenerator.create({
    ...valid,
    subject: 'CN=eventstoredb-node',
    issuer: ca.subject,
    publicKey: nodeKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: await nodeExtensions(hosts, caKeys.publicKey),
  });
  const key = await crypto.subtle.exportKey('pkcs8', nodeKeys.privateKey);
  const caPem = textOf(ca);
  return { ca: caPem, cert: textOf(node) + caPem, key: pem('PRIVATE KEY', key) };
}

async function nodeExtensions(hosts: readonly string[], issuer: webcrypto.CryptoKey) {
  const names = hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const);
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

function newKeys() {
  return crypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
}

function textOf(certificate: x509.X509Certificate): string {
  return new X509Certificate(Buffer.from(certificate.rawData)).toString();
}

function pem(label: string, bytes: ArrayBuffer): string {
  return `${x509.PemConverter.encode(bytes, label)}\n`;
}
