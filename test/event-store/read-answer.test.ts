import { describe, expect, test } from '@jest/globals';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { readAnswer, storedEventOf } from '../../src/event-store/read-answer.js';

const { ReadResp } = streams;
const { RecordedEvent } = ReadResp.ReadEvent;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const goodMetadata = { schemaVersion: 1, occurredAt: '2026-11-23T08:00:00.123Z' };

interface Given {
  readonly type?: string;
  readonly contentType?: string;
  readonly revision?: string;
  readonly position?: string;
  readonly data?: string;
  readonly metadata?: string;
}

/** The bytes in which the client's own classes write an event. */
function eventBytes(given: Given = {}): Uint8Array {
  const record = new RecordedEvent()
    .setId(new shared.UUID().setString('00000007-0000-4000-8000-000000000000'))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(bytesOf('cart-ü')))
    .setStreamRevision(given.revision ?? '5')
    .setPreparePosition(given.position ?? '77')
    .setCommitPosition(given.position ?? '77')
    .setCustomMetadata(bytesOf(given.metadata ?? JSON.stringify(goodMetadata)))
    .setData(bytesOf(given.data ?? '{"sku":"71053"}'));
  record.getMetadataMap().set('type', given.type ?? 'ItemAdded');
  record.getMetadataMap().set('content-type', given.contentType ?? 'application/json');
  record.getMetadataMap().set('created', '17955576001234567');
  const event = new ReadResp.ReadEvent().setEvent(record).setCommitPosition('77');
  return new ReadResp().setEvent(event).serializeBinary();
}

function stored(given: Given = {}) {
  const answer = readAnswer(eventBytes(given));
  if (answer.kind !== 'event') throw new Error(`Not an event: ${answer.kind}`);
  return storedEventOf(answer.record);
}

describe('an answer to a read', () => {
  test('is the event that the client itself would read from the same bytes', () => {
    expect(stored()).toEqual({
      stream: 'cart-ü',
      id: '00000007-0000-4000-8000-000000000000',
      type: 'ItemAdded',
      revision: 5,
      position: 77n,
      data: { sku: '71053' },
      metadata: goodMetadata,
      recordedAt: 1_795_557_600_123,
    });
  });

  test.each(['9007199254740991', '9007199254740993', '18446744073709551615'])(
    'keeps a position exact, also %s',
    (position) => {
      expect(stored({ position }).position).toBe(BigInt(position));
    },
  );

  test('rounds the revision of a tombstone, which the service never reads', () => {
    expect(stored({ revision: '9223372036854775807' }).revision).toBe(2 ** 63);
  });

  test('gives invalid JSON as text, and bytes as bytes', () => {
    expect(stored({ data: '{"sku":' }).data).toBe('{"sku":');
    const bytes = stored({ contentType: 'application/octet-stream', data: '{}' }).data;
    expect(new Uint8Array(bytes as Uint8Array)).toEqual(bytesOf('{}'));
  });

  test.each([
    ['', undefined, 'it has no metadata'],
    ['{', '{', 'its metadata is not a JSON object'],
    ['7', 7, 'its metadata is not a JSON object'],
    ['[]', [], 'its metadata is not a JSON object'],
    ['{}', {}, 'its schemaVersion is not a number'],
    ['{"schemaVersion":1}', { schemaVersion: 1 }, 'its occurredAt is not an instant'],
  ])(
    'marks an event whose metadata is %j, and gives it all the same',
    (metadata, kept, problem) => {
      const event = stored({ metadata });
      expect(event).toMatchObject({ type: 'ItemAdded', data: { sku: '71053' } });
      expect(event.flaw).toEqual({ problem, metadata: kept });
      expect(Date.parse(event.metadata.occurredAt)).toBe(event.recordedAt);
    },
  );

  test.each([
    ['commandId', 5],
    ['commandHash', {}],
    ['chain', ['a']],
    ['actor', 'somebody'],
  ])('marks an event whose %s is %j, and keeps the rest of its metadata', (name, value) => {
    const metadata = { ...goodMetadata, commandId: 'a', chain: 'b', [name]: value };
    const event = stored({ metadata: JSON.stringify(metadata) });
    expect(event.flaw?.problem).toContain(name);
    expect(event.metadata).toMatchObject(goodMetadata);
    expect(event.metadata).not.toHaveProperty(name);
  });

  test('gives JSON that is nested too deeply to be written again as its text', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(stored({ data: deep }).data).toBe(deep);
    const metadata = `{"schemaVersion":1,"occurredAt":"2026-11-23T08:00:00.123Z","x":${deep}}`;
    expect(stored({ metadata }).flaw).toMatchObject({ metadata });
    const text = JSON.stringify({ name: '[{"'.repeat(5_000) });
    expect(stored({ data: text }).data).toEqual(JSON.parse(text));
  });

  test('may be a checkpoint, the word that all is caught up, or that there is no stream', () => {
    const checkpoint = new ReadResp.Checkpoint().setCommitPosition('99').setPreparePosition('98');
    const answers = [
      new ReadResp().setCheckpoint(checkpoint),
      new ReadResp().setCaughtUp(new ReadResp.CaughtUp()),
      new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound()),
      new ReadResp().setConfirmation(
        new ReadResp.SubscriptionConfirmation().setSubscriptionId('one'),
      ),
      new ReadResp().setEvent(new ReadResp.ReadEvent().setLink(new RecordedEvent())),
    ].map((answer) => readAnswer(answer.serializeBinary()));
    expect(answers).toEqual([
      { kind: 'checkpoint', position: 99n },
      { kind: 'caught up' },
      { kind: 'stream not found' },
      { kind: 'nothing of interest' },
      { kind: 'nothing of interest' },
    ]);
  });

  test('is refused where its bytes end too early, wherever that is', () => {
    const whole = eventBytes();
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => readAnswer(whole.subarray(0, length))).toThrow(RangeError);
    }
  });
});
