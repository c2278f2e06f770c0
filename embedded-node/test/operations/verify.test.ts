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
  file.exec(`DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted; ${sql}`);
  file.close();
}

test('a link that a projection took over from somebody is as sound as it was', () => {
  const link = (stream: string, metadata: string) =>
    `INSERT INTO events SELECT max(pos) + 64, (SELECT id FROM streams WHERE name = '${stream}'),
      (SELECT count(*) FROM events WHERE sid = (SELECT id FROM streams WHERE name = '${stream}')),
      eid, '$>', 0, 0, CAST('no link' AS BLOB), CAST('${metadata}' AS BLOB) FROM events;`;
  spoil(link('s-0', '{}') + link('$ce-s', `{"$p":${24 * 64}}`));
  expect(verifyLog(path).findings).toEqual([]);
});

test('a sound log has no findings', () => {
  expect(verifyLog(path)).toEqual({ events: 23, streams: 4, findings: [] });
});

const spoilt: [what: string, sql: string, findings: string[]][] = [
  [
    'an event that is gone',
    'DELETE FROM events WHERE pos = 7 * 64',
    [
      'stream s-0, revision 4: revision 3 should be here',
      'log: 1 events are not there, and a scavenge took 0',
    ],
  ],
  [
    'the first event of a stream gone, which no scavenge took',
    'DELETE FROM events WHERE pos = 64',
    [
      'stream s-0, revision 1: revision 0 should be here',
      'log: 1 events are not there, and a scavenge took 0',
    ],
  ],
  [
    'two events in the wrong order',
    `UPDATE events SET rev = 100 WHERE pos = 64; UPDATE events SET rev = 0 WHERE pos = 3 * 64;
      UPDATE events SET rev = 1 WHERE pos = 64`,
    ['stream s-0, revision 1: lies before its predecessor in the log'],
  ],
  [
    'an event at no position',
    'UPDATE events SET pos = pos + 1 WHERE pos = 5 * 64',
    ['position 321: no event can begin there'],
  ],
  [
    'an event of no stream',
    'UPDATE events SET sid = 99, rev = 0 WHERE pos = 20 * 64',
    ['position 1280: belongs to stream number 99, which is not there'],
  ],
  [
    'metadata that is not JSON',
    `UPDATE events SET data = CAST('{' AS BLOB) WHERE type = '$metadata'`,
    ['stream $$s-0, revision 0: its metadata is not JSON'],
  ],
  [
    'a link to what never was',
    `UPDATE events SET data = CAST('0@nowhere' AS BLOB) WHERE type = '$>'`,
    ['stream $ce-s, revision 0: links to nowhere, which never was'],
  ],
  [
    'a link that is none',
    `UPDATE events SET data = CAST('nowhere' AS BLOB) WHERE type = '$>'`,
    ['stream $ce-s, revision 0: "nowhere" is no link'],
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
