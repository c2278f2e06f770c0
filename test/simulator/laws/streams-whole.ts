// Every stream is whole: its revisions follow on each other from 0, the positions of the log rise,
// the business time of our own events never runs backwards, and every hash chain verifies.
import { brokenLinkInWords, ChainCheck } from '../../../src/event-store/chain.js';
import { occurredAt, type StoredEvent } from '../../../src/event-store/stored-event.js';
import { chainedPrefixes } from '../../../src/projections/shop-events.js';
import type { Law } from './law.js';

const placeOf = ({ stream, revision }: StoredEvent) => `${stream}@${revision}`;

export const revisionsContiguous: Law = {
  name: 'revisions contiguous',
  promise: 'The revisions of every stream follow on each other from 0, and positions rise.',
  watch(_world, report) {
    const last = new Map<string, number>();
    let position = -1n;
    return {
      stored(event) {
        const expected = (last.get(event.stream) ?? -1) + 1;
        if (event.revision !== expected) report(`${placeOf(event)} where ${expected} was to come`);
        if (event.position <= position)
          report(`${placeOf(event)} is not behind position ${position}`);
        last.set(event.stream, event.revision);
        position = event.position;
      },
    };
  },
};

export const timeNeverBack: Law = {
  name: 'time never back',
  promise: "A stream's business time never runs backwards, whatever the clocks do.",
  watch({ foreign }, report) {
    const last = new Map<string, number>();
    return {
      stored(event) {
        // Others may write what they like; ours is never before it.
        const at = occurredAt(event);
        const before = last.get(event.stream) ?? -Infinity;
        if (!foreign.has(event.id) && at < before) {
          report(`${placeOf(event)} occurred ${before - at} ms before the event in front of it`);
        }
        last.set(event.stream, Math.max(at, before));
      },
    };
  },
};

export const chainsVerify: Law = {
  name: 'chains verify',
  promise: 'Every hash chain verifies.',
  watch({ foreign }, report) {
    const chains = new ChainCheck();
    return {
      stored(event) {
        if (!chainedPrefixes.some((prefix) => event.stream.startsWith(prefix))) return;
        const broken = chains.check(event);
        if (broken !== undefined && !foreign.has(event.id)) report(brokenLinkInWords(broken));
      },
    };
  },
};
