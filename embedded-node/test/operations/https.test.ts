// Where the node speaks TLS its HTTP does too, and its owner trusts the certificate that the node
// wrote down, and no other.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log } from '../../src/log/log.js';
import { openLogFile } from '../../src/log/log-file.js';
import { Activity } from '../../src/operations/activity.js';
import { requestBackup } from '../../src/operations/backup-request.js';
import { readHttpAddress } from '../../src/operations/http-address.js';
import { startOperations } from '../../src/operations/start.js';
import { verifyLog } from '../../src/operations/verify.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { proposed } from './proposed.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const cleanup = new Cleanup();
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-https-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
});
afterEach(() => cleanup.run());

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** Signed by somebody whom this machine does not know, for a name that is not the address. */
async function newCredentials(): Promise<{ key: string; cert: string }> {
  const [authority, keys] = [await newKeys(), await newKeys()];
  const signed: X509Certificate = await X509CertificateGenerator.create({
    subject: 'CN=shop.example',
    issuer: 'CN=Somebody',
    notAfter: new Date(Date.now() + 3_600_000),
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'shop.example' }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const pem = `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { key: pem, cert: signed.toString('pem') };
}

test('a backup is made over TLS for whoever trusts the certificate', async () => {
  const file = openLogFile(dataDir);
  const log = new Log(file);
  log.transaction(() => log.append('s', [proposed('one'), proposed('two')], 0));
  const operations = await startOperations({
    file,
    log,
    activity: new Activity(() => 0),
    dataDir,
    host: '127.0.0.1',
    port: 0,
    credentials: await newCredentials(),
    gossip: () => ({}),
  });
  cleanup.add(async () => {
    await operations.stop();
    file.close();
  });
  const address = readHttpAddress(dataDir)!;
  expect(address.url).toBe(`https://127.0.0.1:${operations.port}`);
  await requestBackup(address, join(dataDir, 'backup'));
  expect(verifyLog(join(dataDir, 'backup')).events).toBe(2);

  const { cert: certificate } = await newCredentials();
  const mistaken = requestBackup({ ...address, certificate }, join(dataDir, 'theirs'));
  await expect(mistaken).rejects.toMatchObject({ name: 'BackupFailedError' });
});
