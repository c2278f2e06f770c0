// A stream that comes back after a soft delete keeps what its metadata said besides. JavaScript's
// client cannot write the number that deletes, so this is asked of the writer itself.
import { expect, test } from '@jest/globals';
import { openLogFile } from '../src/log/log-file.js';
import { Log } from '../src/log/log.js';
import { Activity } from '../src/operations/activity.js';
import { Streams } from '../src/log/streams.js';
import { Writer } from '../src/write/writer.js';
import { proposed } from './operations/proposed.js';

test('the first write lowers $tb and leaves the rest of the metadata', async () => {
  const log = new Log(openLogFile());
  const streams = new Streams(log);
  const nowMs = () => 0;
  const writer = new Writer(log, streams, nowMs, new Activity(nowMs));
  const data = Buffer.from('{"$maxCount":5,"$tb":9223372036854775807,"own":1}');
  await writer.append('s', [proposed('0'), proposed('1')], 'any');
  await writer.append('$$s', [{ ...proposed('', '$metadata'), data }], 'any');
  expect(streams.view('s')?.isSoftDeleted).toBe(true);
  await writer.append('s', [proposed('2')], 'any');
  const metadata = Buffer.from(streams.metadataEvent('s')?.data ?? []).toString('utf8');
  expect(metadata).toBe('{"$maxCount":5,"$tb":2,"own":1}');
  expect(streams.view('s')).toMatchObject({ isSoftDeleted: false, firstVisible: 2n });
  log.close();
});
