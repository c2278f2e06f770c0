// What is done to a node's log from the command line: what it answers, how it refuses, and that a
// kill at any moment of a scavenge loses nothing.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { openLogFile } from '../../embedded-node/src/log/log-file.js';
import { Log } from '../../embedded-node/src/log/log.js';
import { verifyLog } from '../../embedded-node/src/operations/verify.js';
import { Streams } from '../../embedded-node/src/log/streams.js';
import { proposed } from '../../embedded-node/test/operations/proposed.js';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
let dataDir: string;
let path: string;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
  ({ dataDir } = cartograph);
  path = join(dataDir, 'log.sqlite');
});
afterEach(() => cleanup.run());

/** A log of streams that keep only their newest two events. */
function writeLog(streams: number, eventsEach: number): void {
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    for (let n = 0; n < streams; n += 1) {
      const metadata = { ...proposed('', '$metadata'), data: Buffer.from('{"$maxCount":2}') };
      log.append(`$$s-${n}`, [metadata], n);
      const events = Array.from({ length: eventsEach }, (_, m) => proposed(`${n} ${m}`));
      log.append(`s-${n}`, events, n);
    }
  });
  log.close();
}

/** What can be seen of every stream. */
function visible(): string[] {
  const log = new Log(openLogFile(dataDir));
  const views = new Streams(log);
  const found: string[] = [];
  for (const { stream, position, revision, id } of log.allForwards(0, 1_000_000)) {
    const view = views.view(stream);
    if (view === null || BigInt(revision) < view.firstVisible) continue;
    found.push(`${position} ${revision}@${stream} ${id}`);
  }
  log.close();
  return found;
}

describe('scavenge', () => {
  test('reports the removed events and freed bytes, and then that nothing is left to remove', async () => {
    writeLog(3, 500);
    const first = await cartograph.run('embedded-node', 'scavenge', '--data', dataDir);
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.output).toMatch(
      /^Removed 1494 events of 3 streams\.\n9 events stay in \d+ bytes: \d+ bytes less\.$/,
    );
    const second = await cartograph.run('embedded-node', 'scavenge', '--data', dataDir);
    expect(second).toEqual({
      code: 0,
      output: 'Nothing to remove: all 9 events are in use.',
      errors: '',
    });
  });

  test('killed at any moment, leaves a log with everything that can be seen', async () => {
    writeLog(200, 250);
    const before = visible();
    let removed = false;
    let kills = 0;
    // Wider steps as it takes longer: however slow the machine, it comes to its end in a few.
    for (let afterMs = 60; !removed; afterMs *= 1.25) {
      const child = cartograph.start('embedded-node', 'scavenge', '--data', dataDir);
      const ended = once(child, 'exit');
      await Promise.race([delay(afterMs), ended]);
      child.kill('SIGKILL');
      const [code] = (await ended) as [number | null];
      removed = code === 0;
      if (!removed) kills += 1;
      expect(visible()).toEqual(before);
      expect(verifyLog(path).findings).toEqual([]);
    }
    expect(kills).toBeGreaterThan(2);
    expect(verifyLog(path).events).toBe(200 * 3);
  });
});

describe('verify', () => {
  test('answers 0 for a sound log', async () => {
    writeLog(2, 10);
    expect(await cartograph.run('embedded-node', 'verify', '--data', dataDir)).toEqual({
      code: 0,
      output: 'All is well with 22 events in 4 streams.',
      errors: '',
    });
  });

  test('returns 1 and the findings for a damaged one', async () => {
    writeLog(2, 10);
    const file = openLogFile(dataDir);
    const trigger = file
      .prepare("SELECT sql FROM sqlite_schema WHERE name = 'events_are_never_deleted'")
      .get();
    file.exec('DROP TRIGGER events_are_never_deleted; DELETE FROM events WHERE pos = 5 * 64');
    file.exec(String(trigger?.['sql']));
    file.close();
    const { code, output } = await cartograph.run('embedded-node', 'verify', '--data', dataDir);
    expect([code, output.split('\n')]).toEqual([
      1,
      [
        'WRONG  position 320 (row 320 of events): no event is there',
        'WRONG  stream s-0, revision 4: revision 3 should be here',
        'WRONG  log: 1 events are not there, and a scavenge took 0',
        'WRONG  log: stream s-0: its revisions in the index of events have a gap or are out of order',
        'Every event up to position 256 is as it was written.',
        `Restore a backup, or go on from there: repair --data ${dataDir} --to 256`,
      ],
    ]);
  });
});

describe('backup', () => {
  const to = () => `${dataDir}.backup`;
  const said = (events: number, streams: number) => ({
    code: 0,
    output: `${to()} has all ${events} events of ${streams} streams.`,
    errors: '',
  });

  test('of a stopped node is its log, and takes its place', async () => {
    writeLog(2, 10);
    const before = visible();
    const backup = ['embedded-node', 'backup', '--data', dataDir, '--to', to()];
    expect(await cartograph.run(...backup)).toEqual(said(22, 4));
    await rm(dataDir, { recursive: true });
    await mkdir(dataDir);
    await rename(to(), path);
    expect(visible()).toEqual(before);
  });

  test('of a node that runs is made by the node', async () => {
    writeLog(2, 10);
    const node = cartograph.start('embedded-node', '--port', '0', '--data', dataDir);
    cleanup.add(() => Promise.resolve(node.kill('SIGKILL')));
    await once(createInterface({ input: node.stdout }), 'line');
    const backup = ['embedded-node', 'backup', '--data', dataDir, '--to', to()];
    expect(await cartograph.run(...backup)).toEqual(said(22, 4));
    expect(await cartograph.run(...backup)).toEqual({
      code: 2,
      output: '',
      errors: `${to()} exists already`,
    });
    const exited = once(node, 'exit');
    node.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('of a shop that is open is made by the shop', async () => {
    const shop = cartograph.start('serve', '--port', '0');
    cleanup.add(() => Promise.resolve(shop.kill('SIGKILL')));
    await once(createInterface({ input: shop.stdout }), 'line');
    const folder = join(dataDir, 'log');
    const ended = await cartograph.run('embedded-node', 'backup', '--data', folder, '--to', to());
    expect(ended).toMatchObject({ code: 0, errors: '' });
    const { events, findings } = verifyLog(to());
    expect([events > 0, findings]).toEqual([true, []]);
  });

  test('of a log in use by one that cannot be asked ends with 3', async () => {
    const owner = openLogFile(dataDir);
    const ended = await cartograph.run('embedded-node', 'backup', '--data', dataDir, '--to', to());
    owner.close();
    expect(ended).toEqual({ code: 3, output: '', errors: expect.stringContaining('no HTTP port') });
  });
});

describe.each(['scavenge', 'verify'])('%s', (operation) => {
  test('of a folder without a log ends with 3 and makes none', async () => {
    await mkdir(dataDir);
    const ended = await cartograph.run('embedded-node', operation, '--data', dataDir);
    expect(ended).toEqual({ code: 3, output: '', errors: expect.stringContaining('ENOENT') });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('of a log in use ends with 3', async () => {
    const owner = openLogFile(dataDir);
    const ended = await cartograph.run('embedded-node', operation, '--data', dataDir);
    owner.close();
    expect(ended).toEqual({ code: 3, output: '', errors: `${path} is in use by another process` });
  });

  test('without a folder is wrong usage', async () => {
    expect(await cartograph.run('embedded-node', operation)).toMatchObject({ code: 2, output: '' });
  });
});

test('a node refuses a file that is not a log in one line, with 3, and leaves it unchanged', async () => {
  await mkdir(dataDir);
  await writeFile(path, 'dear diary\n'.repeat(500));
  const ended = await cartograph.run('embedded-node', '--port', '0', '--data', dataDir);
  expect(ended).toEqual({ code: 3, output: '', errors: `${path} is not a log` });
  expect(await readFile(path, 'utf8')).toBe('dear diary\n'.repeat(500));
});
