// An acknowledgement is on disk: what a node wrote to its log is forced there before any byte goes
// to a client, as the operating system saw it. Where it cannot be watched, the setting that says so
// is asked.
import { afterEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { openLogFile } from '../../src/log/log-file.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { NodeProcess } from '../kills/node-process.js';

const APPENDS = 20;

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-synced-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Undefined where system calls can be watched, else why they cannot. */
function missingTracer(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

type Step = 'write to the log' | 'sync of the log' | 'bytes to a client';

/**
 * The steps that a line of the trace may stand for; those of a call that was interrupted end later.
 */
function stepOf(line: string): Step | undefined {
  if (/\bpwrite(64|v)\(\d+<[^>]*-wal>/.test(line)) return 'write to the log';
  if (/\bf(data)?sync\(\d+<[^>]*-wal>.*= 0/.test(line)) return 'sync of the log';
  if (/\b(write|writev|sendto|sendmsg)\(\d+<TCP/.test(line)) return 'bytes to a client';
  return undefined;
}

async function tracedSteps(): Promise<Step[]> {
  const folder = await newFolder();
  const traceFile = join(folder, 'trace');
  const calls = 'trace=pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg';
  const node = new NodeProcess({
    dataDir: join(folder, 'data'),
    // -D: the tracer is not in between, so that a signal to the process is one to the node.
    under: ['strace', '-D', '-f', '-yy', '-e', calls, '-o', traceFile],
  });
  cleanup.add(() => node.kill('SIGTERM'));
  await node.start();
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  for (let n = 0; n < APPENDS; n++) {
    await client.appendToStream('synced-1', jsonEvent({ type: 'Written', data: { n } }));
  }
  await client.dispose();
  const { pid } = node;
  await node.kill('SIGTERM');
  const trace = await completeTrace(traceFile, pid);
  return trace.split('\n').flatMap((line) => stepOf(line) ?? []);
}

/** The tracer writes its last line a moment after the process is gone. */
async function completeTrace(path: string, pid: number): Promise<string> {
  const last = new RegExp(`^${pid} +\\+\\+\\+ exited`, 'm');
  for (;;) {
    const trace = await readFile(path, 'utf8');
    if (last.test(trace)) return trace;
    await new Promise(setImmediate);
  }
}

const reason = missingTracer();
if (reason === undefined) {
  test('every write to the log is synced before a client is sent anything', async () => {
    const steps = await tracedSteps();
    let isUnsynced = false;
    let synced = 0;
    for (const step of steps) {
      if (step === 'write to the log') isUnsynced = true;
      else if (step === 'bytes to a client') expect(isUnsynced).toBe(false);
      else if (isUnsynced) {
        isUnsynced = false;
        synced += 1;
      }
    }
    expect(synced).toBeGreaterThanOrEqual(APPENDS);
    expect(steps.filter((step) => step === 'bytes to a client').length).toBeGreaterThan(APPENDS);
  });
} else {
  test.skip(`every write is synced before it is answered: not watched, ${reason}`, () => undefined);
}

test('a log on disk is opened so that every commit is synced', async () => {
  const file = openLogFile(await newFolder());
  expect(file.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(file.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  file.close();
});
