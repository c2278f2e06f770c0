import { describe, expect, test } from '@jest/globals';
import { Duplex } from 'node:stream';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import { parse } from 'uuid';
import { batchAnswer } from '../../src/event-store/batch-answer.js';
import { BatchAppend } from '../../src/event-store/batch-append.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';

type Request = InstanceType<typeof streams.BatchAppendReq>;
type Answer = InstanceType<typeof streams.BatchAppendResp>;

/** A call whose other end is the test. */
class TestCall extends Duplex {
  readonly requests: Request[] = [];

  constructor() {
    super({ objectMode: true });
  }

  override _read(): void {
    // Answers are pushed by `answer`.
  }

  override _write(request: Uint8Array, _encoding: string, done: () => void): void {
    this.requests.push(streams.BatchAppendReq.deserializeBinary(request));
    done();
  }

  cancel(): void {
    this.destroy(new Error('cancelled'));
  }

  answer(index: number, revision: number, idOf = textId): void {
    const id = this.requests[index]?.getCorrelationId()?.getString() ?? '';
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(revision));
    const answer: Answer = new streams.BatchAppendResp();
    this.push(batchAnswer(answer.setCorrelationId(idOf(id)).setSuccess(success).serializeBinary()));
  }

  refuse(index: number, name: string, message: string): void {
    const id = this.requests[index]?.getCorrelationId()?.getString() ?? '';
    const reason = new protobufAny.Any().setTypeUrl(
      `type.googleapis.com/event_store.client.${name}`,
    );
    const error = new status.Status().setMessage(message).setDetails(reason);
    const answer: Answer = new streams.BatchAppendResp();
    this.push(batchAnswer(answer.setCorrelationId(textId(id)).setError(error).serializeBinary()));
  }
}

const textId = (id: string) => new shared.UUID().setString(id);

function structuredId(id: string) {
  const bytes = new DataView(parse(id).buffer);
  const halves = new shared.UUID.Structured()
    .setMostSignificantBits(String(bytes.getBigInt64(0)))
    .setLeastSignificantBits(String(bytes.getBigInt64(8)));
  return new shared.UUID().setStructured(halves);
}

const request = (stream: string) => ({ stream, events: [], expectedRevision: 3 });

describe('appends over one call', () => {
  test('are told apart by their ids, in whichever order and form those come back', async () => {
    const call = new TestCall();
    const batch = new BatchAppend(call);
    const appends = ['note-1', 'note-2', 'note-3'].map((s) => batch.append(request(s), 10_000));
    call.answer(2, 30);
    call.answer(0, 10, structuredId);
    call.answer(1, 20);
    const revisions = (await Promise.all(appends)).map(({ revision }) => revision);
    expect(revisions).toEqual([10, 20, 30]);
  });

  test.each([
    ['Timeout', 'Timeout', /^The event store did not answer in time: append to note-1$/],
    ['Unknown', 'Unknown', /^The event store did not answer in time: append to note-1$/],
    ['Unknown', 'the disk is full', /cannot do it now: append to note-1: the disk is full$/],
  ])('that the store refuses for now say why: %s, %s', async (name, message, told) => {
    const call = new TestCall();
    const appended = new BatchAppend(call).append(request('note-1'), 10_000);
    call.refuse(0, name, message);
    await expect(appended).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringMatching(told),
    });
  });

  test('have an unknown outcome without an answer in time, and a late answer does no harm', async () => {
    const call = new TestCall();
    const batch = new BatchAppend(call);
    await expect(batch.append(request('note-1'), 1)).rejects.toThrow(StoreUnavailableError);
    call.answer(0, 1);
    const next = batch.append(request('note-1'), 10_000);
    call.answer(1, 2);
    expect((await next).revision).toBe(2);
  });

  test.each([
    ['breaks', (call: TestCall) => call.destroy(new Error('broken'))],
    ['is ended by the server', (call: TestCall) => call.push(null)],
    ['is cancelled', (call: TestCall) => call.cancel()],
  ])('all fail when the call %s, and later ones at once', async (_, end) => {
    const call = new TestCall();
    const batch = new BatchAppend(call);
    const appends = [batch.append(request('a'), 10_000), batch.append(request('b'), 10_000)];
    end(call);
    const outcomes = await Promise.allSettled(appends);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(batch.isOpen).toBe(false);
    await expect(batch.append(request('c'), 10_000)).rejects.toThrow();
  });
});
