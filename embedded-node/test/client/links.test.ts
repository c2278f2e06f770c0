// What a link may say, and what becomes of it: `revision@stream` as the real server takes it apart,
// for those who read it and for those who follow live.
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { all, linkTo, newStream, onEachStore, series, take } from './given.js';

/** With the target's revision, or null for a link without event; undefined for what is no link. */
const cases = (
  target: string,
): [told: string, text: string, found: bigint | null | undefined][] => [
  ['a revision', `1@${target}`, 1n],
  ['a revision with spaces around it', ` 1 @${target}`, 1n],
  ['a revision with a sign', `+1@${target}`, 1n],
  ['minus one: the last event', `-1@${target}`, 2n],
  ['a negative revision', `-2@${target}`, null],
  ['a revision beyond the end', `9@${target}`, null],
  ['a revision and no stream', '1', null],
  ['a revision and an empty stream', '1@', null],
  ['a revision beyond 64 bits', `9223372036854775808@${target}`, undefined],
  ['no number', `x@${target}`, undefined],
  ['a fraction', `1.5@${target}`, undefined],
  ['nothing', '', undefined],
];

const told = ({ event, link }: { event?: { type: string; revision: bigint }; link?: object }) => {
  if (link === undefined) return event?.type === '$>' ? undefined : 'neither';
  return event === undefined ? null : event.revision;
};

onEachStore('a link that says', (given) => {
  test.each(cases('').map(([name], index) => [name, index] as const))('%s', async (_, index) => {
    const [stream, target] = [newStream(), newStream('target')];
    const [, text, found] = cases(target)[index]!;
    await given.client.appendToStream(target, series(3));
    const following = given.client.subscribeToStream(stream, {
      fromRevision: 'end',
      resolveLinkTos: true,
    });
    const live = take(following, 1);
    await once(following, 'caughtUp');
    await given.client.appendToStream(stream, linkTo(text));
    const read = await all(given.client.readStream(stream, { resolveLinkTos: true }));
    expect(read.map(told)).toEqual([found]);
    // Live, whatever names no revision is a link that leads nowhere.
    expect((await live).map(told)).toEqual([found ?? null]);
  });
});
