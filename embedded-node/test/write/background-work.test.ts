// The node's own work that can wait: while clients write it joins their commits, one at a time.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Log } from '../../src/log/log.js';
import { openLogFile } from '../../src/log/log-file.js';
import { Streams } from '../../src/log/streams.js';
import { Activity } from '../../src/operations/activity.js';
import { proposedEvent } from '../../src/user-projections/proposed.js';
import { Writer } from '../../src/write/writer.js';

let log: Log;
let writer: Writer;
/** What each commit did. */
let commits: string[][];
let done: string[];

beforeEach(() => {
  log = new Log(openLogFile(undefined), (error) => {
    throw error;
  });
  writer = new Writer(log, new Streams(log), () => 0, new Activity(() => 0));
  commits = [];
  done = [];
  writer.onCommit(() => {
    commits.push(done);
    done = [];
  });
});
afterEach(() => log.close());

const work = (name: string) => writer.inBackground(() => void done.push(name));
/** A client that writes. */
const append = () => writer.append('of-a-client', [proposedEvent('Seen', '{}')], 'any');

test('without clients, it is done at once', async () => {
  await Promise.all([work('one'), work('two')]);
  expect(commits).toEqual([['one', 'two']]);
});

test('while clients write, each commit takes one with it', async () => {
  await append();
  const works = Promise.all([work('one'), work('two')]);
  await append();
  await append();
  await append();
  await works;
  expect(commits).toEqual([[], ['one'], ['two'], []]);
});

test('work does not wait for clients that write no more', async () => {
  await append();
  await Promise.all([work('one'), work('two')]);
  expect(commits).toEqual([[], ['one'], ['two']]);
});

test('work that fails is refused, as its whole commit is', async () => {
  await append();
  const failing = writer.inBackground(() => {
    throw new Error('broken');
  });
  const appended = append();
  await expect(failing).rejects.toThrow('The log could not be written');
  await expect(appended).rejects.toThrow('The log could not be written');
  await append();
  expect(log.head('of-a-client')?.revision).toBe(1);
});
