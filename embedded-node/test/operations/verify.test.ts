// Whatever is wrong with a log is named with its place; a sound one, scavenged or not, has nothing.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLogFile } from '../../src/log/log-file.js';
import { Log } from '../../src/log/log.js';
import { verifyLog } from '../../src/operations/verify.js';
import { proposed } from './proposed.js';

let dataDir: string;
let path: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-verify-'));
  path = join(dataDir, 'log.sqlite');
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    for (let n = 0; n < 20; n += 1) log.append(`s-${n % 2}`, [proposed(`event ${n}`)], n);
    log.append('$$s-0', [{ ...proposed('', '$metadata'), data: Buffer.from('{}') }], 20);
    log.append('$ce-s', [{ ...proposed('', '$>'), data: Buffer.from('0@s-1') }], 21);
    log.tombstone('s-1', proposed('', '$streamDeleted'), 22);
  });
  log.close();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** What only somebody with the file in his hands can do. */
function spoil(sql: string): void {
  const file = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  const triggers = file.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").all();
  file.exec(`DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted; ${sql}`);
  for (const trigger of triggers) file.exec(String(trigger['sql']));
  file.close();
}

test('a link that a projection took over from somebody is as sound as it was', () => {
  const link = (metadata: string) => ({
    ...proposed('', '$>'),
    data: Buffer.from('no link'),
    metadata: Buffer.from(metadata),
  });
  const log = new Log(openLogFile(dataDir));
  log.transaction(() => {
    log.append('s-0', [link('{}')], 0);
    log.append('$ce-s', [link(`{"$p":${24 * 64}}`)], 0);
  });
  log.close();
  expect(verifyLog(path).findings).toEqual([]);
});

test('a sound log has no findings', () => {
  expect(verifyLog(path)).toEqual({ events: 23, streams: 4, findings: [] });
});

const changed = (stream: string, revision: number, position: number) =>
  `stream ${stream}, revision ${revision}, position ${position} (row ${position} of events): ` +
  'its checksum says that it was changed';
const disordered = (stream: string) =>
  `log: stream ${stream}: its revisions in the index of events have a gap or are out of order`;

const spoilt: [what: string, sql: string, findings: string[]][] = [
  [
    'an event that is gone',
    'DELETE FROM events WHERE pos = 7 * 64',
    [
      'position 448 (row 448 of events): no event is there',
      'stream s-0, revision 4: revision 3 should be here',
      'log: 1 events are not there, and a scavenge took 0',
      disordered('s-0'),
    ],
  ],
  [
    'the first event of a stream gone, which no scavenge took',
    'DELETE FROM events WHERE pos = 64',
    [
      'position 64 (row 64 of events): no event is there',
      'stream s-0, revision 1: revision 0 should be here',
      'log: 1 events are not there, and a scavenge took 0',
      disordered('s-0'),
    ],
  ],
  [
    'two events in the wrong order',
    `UPDATE events SET rev = 100 WHERE pos = 64; UPDATE events SET rev = 0 WHERE pos = 3 * 64;
      UPDATE events SET rev = 1 WHERE pos = 64`,
    [
      changed('s-0', 1, 64),
      changed('s-0', 0, 192),
      'stream s-0, revision 1: lies before its predecessor in the log',
    ],
  ],
  [
    'an event at no position',
    'UPDATE events SET pos = pos + 1 WHERE pos = 5 * 64',
    ['position 321: no event can begin there', changed('s-0', 2, 321)],
  ],
  [
    'an event of no stream',
    'UPDATE events SET sid = 99, rev = 0 WHERE pos = 20 * 64',
    ['position 1280: belongs to stream number 99, which is not there', disordered('number 99')],
  ],
  [
    'metadata that is not JSON',
    `UPDATE events SET data = CAST('{' AS BLOB) WHERE type = '$metadata'`,
    [changed('$$s-0', 0, 1344), 'stream $$s-0, revision 0: its metadata is not JSON'],
  ],
  [
    'a link to what never was',
    `UPDATE events SET data = CAST('0@nowhere' AS BLOB) WHERE type = '$>'`,
    [changed('$ce-s', 0, 1408), 'stream $ce-s, revision 0: links to nowhere, which never was'],
  ],
  [
    'a link that is none',
    `UPDATE events SET data = CAST('nowhere' AS BLOB) WHERE type = '$>'`,
    [changed('$ce-s', 0, 1408), 'stream $ce-s, revision 0: "nowhere" is no link'],
  ],
  [
    'projections that are ahead of the log',
    'UPDATE projected SET position = 1000000',
    ['log: the system projections stand at 1000000, beyond its end'],
  ],
];

test.each(spoilt)('%s is found', (_what, sql, findings) => {
  spoil(sql);
  expect(verifyLog(path).findings).toEqual(findings);
});
