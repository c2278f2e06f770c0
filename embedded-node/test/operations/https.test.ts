// Where the node speaks TLS its HTTP does too, and its owner trusts the certificate that the node
// wrote down, and no other.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
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
import { newCredentials } from '../../../test/support/credentials.js';
import { proposed } from './proposed.js';

const cleanup = new Cleanup();
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-https-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
});
afterEach(() => cleanup.run());

/** For a name that is not the address. */
const certified = () => newCredentials('shop.example');

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
    credentials: await certified(),
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

  const { cert: certificate } = await certified();
  const mistaken = requestBackup({ ...address, certificate }, join(dataDir, 'theirs'));
  await expect(mistaken).rejects.toMatchObject({ name: 'BackupFailedError' });
});
