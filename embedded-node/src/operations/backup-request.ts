// Requests a backup from a running node, as the owner of its data folder.
import { X509Certificate } from 'node:crypto';
import { request as requestPlainly, type IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { once } from 'node:events';
import type { PeerCertificate } from 'node:tls';
import { text } from 'node:stream/consumers';
import type { HttpAddress } from './http-address.js';
import { BackupExistsError, BackupFailedError } from '../errors.js';
import { reasonOf } from '../reason-of.js';

/**
 * @param to an absolute path on the node's machine
 * @throws BackupExistsError, BackupFailedError
 */
export async function requestBackup(address: HttpAddress, to: string): Promise<void> {
  const { statusCode, body } = await post(address, JSON.stringify({ to }));
  if (statusCode === 200) return;
  if (statusCode === 409) throw new BackupExistsError(`${to} exists already`);
  throw new BackupFailedError(`The node made no backup (${statusCode}): ${body}`);
}

/** Trusts exactly the certificate that the node recorded, regardless of its signer and name. */
function trusting(certificate: string) {
  const { fingerprint256 } = new X509Certificate(certificate);
  return {
    ca: certificate,
    allowPartialTrustChain: true,
    checkServerIdentity: (_name: string, peer: PeerCertificate) =>
      peer.fingerprint256 === fingerprint256
        ? undefined
        : new Error('Another certificate than the node has written down'),
  };
}

async function post({ url, token, certificate }: HttpAddress, sent: string) {
  const target = new URL('/admin/backup', url);
  const options = { method: 'POST', headers: { authorization: `Bearer ${token}` } };
  const request =
    certificate === undefined
      ? requestPlainly(target, options)
      : requestSecurely(target, { ...options, ...trusting(certificate) });
  request.end(sent);
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { statusCode: response.statusCode, body: await text(response) };
  } catch (error) {
    const reason = reasonOf(error);
    throw new BackupFailedError(`The node at ${url} does not answer: ${reason}`, { cause: error });
  }
}
