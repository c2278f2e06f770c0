// The node's TLS certificate and key: given files, or generated ones. Generated ones are stored in
// the data folder, and replaced when they expire or lack a host name.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { CertificateError } from '../errors.js';
import type { NodeCertificates } from './make-certificates.js';
import { makeFolder } from '../log/disk.js';
import { reasonOf } from '../reason-of.js';

export interface CertificateOptions {
  /** PEM files: the certificate, followed by any intermediate ones, and its key. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** The CA for clients to trust; undefined for given certificates, whose CA the owner knows. */
  readonly caFile: string | undefined;
  /** Removes the generated files of a node in memory. */
  readonly forget: () => void;
}

const MADE_ANEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;
const ANY_ADDRESS = /^(0\.0\.0\.0|::)$/;

/**
 * @param dataDir folder of generated certificates; undefined: a temporary folder until the node
 * stops
 * @throws CertificateError
 */
export async function tlsIdentity(
  { certFile, keyFile }: CertificateOptions,
  dataDir: string | undefined,
  host: string,
  nowMs: number,
): Promise<TlsIdentity> {
  if (certFile !== undefined && keyFile !== undefined) {
    return { ...given(certFile, keyFile), caFile: undefined, forget: () => undefined };
  }
  if (certFile !== undefined || keyFile !== undefined) {
    throw new CertificateError('A certificate and its key are given together, or neither');
  }
  const isKept = dataDir !== undefined;
  const folder = isKept ? join(dataDir, 'certs') : mkdtempSync(join(tmpdir(), 'embedded-node-'));
  const { cert, key } = await kept(folder, hostsOf(host), nowMs);
  return {
    cert,
    key,
    caFile: pathsIn(folder).ca,
    forget: () => {
      if (!isKept) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The host name for clients; the machine's name for a node that listens on all addresses. */
export function reachableHost(host: string): string {
  return ANY_ADDRESS.test(host) ? hostname() : host;
}

function hostsOf(host: string): string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname(), reachableHost(host)])];
}

function pathsIn(folder: string) {
  return {
    ca: join(folder, 'ca.crt'),
    cert: join(folder, 'node.crt'),
    key: join(folder, 'node.key'),
  };
}

function given(certFile: string, keyFile: string): { cert: string; key: string } {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    const isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
    if (isPair) return pair;
  } catch (cause) {
    const reason = reasonOf(cause);
    const message = `${certFile} and ${keyFile} are no certificate and its key: ${reason}`;
    throw new CertificateError(message, { cause });
  }
  throw new CertificateError(`The key in ${keyFile} is not that of ${certFile}`);
}

async function kept(
  folder: string,
  hosts: readonly string[],
  nowMs: number,
): Promise<NodeCertificates> {
  const paths = pathsIn(folder);
  const found = readKept(paths);
  if (found !== undefined && serves(found, hosts, nowMs)) return found;
  // Loaded on demand, because making certificates needs a separate library.
  const { makeCertificates } = await import('./make-certificates.js');
  const made = await makeCertificates(hosts, nowMs);
  makeFolder(folder);
  // The mode applies only to a newly created file.
  rmSync(paths.key, { force: true });
  writeFileSync(paths.key, made.key, { mode: 0o600 });
  writeFileSync(paths.cert, made.cert);
  writeFileSync(paths.ca, made.ca);
  return made;
}

function readKept(paths: ReturnType<typeof pathsIn>): NodeCertificates | undefined {
  if (!Object.values(paths).every((path) => existsSync(path))) return undefined;
  const [ca, cert, key] = [paths.ca, paths.cert, paths.key].map((path) =>
    readFileSync(path, 'utf8'),
  );
  return ca === undefined || cert === undefined || key === undefined
    ? undefined
    : { ca, cert, key };
}

/** Also false when the node was stopped while writing them. */
function serves({ ca, cert, key }: NodeCertificates, hosts: readonly string[], nowMs: number) {
  let node: X509Certificate;
  try {
    node = new X509Certificate(cert);
    const isWhole =
      node.checkPrivateKey(createPrivateKey(key)) && node.verify(new X509Certificate(ca).publicKey);
    if (!isWhole) return false;
  } catch {
    return false;
  }
  const isNamed = (host: string) =>
    (isIP(host) === 0 ? node.checkHost(host) : node.checkIP(host)) !== undefined;
  return node.validToDate.getTime() - nowMs > MADE_ANEW_BEFORE_MS && hosts.every(isNamed);
}
