// What the node answers a read or a subscription, as bytes.
import type { LoggedEvent } from '../log/logged-event.js';
import { JSON_TYPE } from './batch-messages.js';
import { readRespCodec } from './codecs.js';
import type { ReadResp } from './generated/messages.js';
import { halvesOf } from './halves.js';
import { uuidOf } from './uuid.js';

const BYTES_TYPE = 'application/octet-stream';

/** An event as a reader gets it. */
export interface GivenEvent {
  readonly event?: LoggedEvent | undefined;
  /** The record that led to it, where links are resolved. */
  readonly link?: LoggedEvent | undefined;
}

export function eventMessage({ event, link }: GivenEvent, structuredIds: boolean): Uint8Array {
  const record = link ?? event;
  return readRespCodec.encode({
    event: {
      event: event === undefined ? null : recordedEvent(event, structuredIds),
      link: link === undefined ? null : recordedEvent(link, structuredIds),
      commitPosition: record?.position ?? null,
    },
  });
}

function recordedEvent(event: LoggedEvent, structuredIds: boolean): ReadResp.IRecordedEvent {
  const { id, stream, revision, position, data, metadata, type, createdMs, isJson } = event;
  return {
    id: uuidOf(id, structuredIds),
    streamIdentifier: { streamName: stream },
    // A tombstone's revision is beyond what a number holds exactly.
    streamRevision: revision.length < 16 ? Number(revision) : halvesOf(BigInt(revision)),
    preparePosition: position,
    commitPosition: position,
    metadata: {
      type,
      // The protocol counts time in steps of 100 ns since 1970.
      created: `${createdMs}0000`,
      'content-type': isJson ? JSON_TYPE : BYTES_TYPE,
    },
    customMetadata: metadata,
    data,
  };
}

export interface FilterCheckpoint {
  readonly position: number;
  readonly hasFound: boolean;
}

/** A checkpoint that found nothing names its page's first record, with a prepare position of 0. */
export function checkpointMessage({ position, hasFound }: FilterCheckpoint): Uint8Array {
  return readRespCodec.encode({
    checkpoint: { commitPosition: position, preparePosition: hasFound ? position : 0 },
  });
}

export function firstRevisionMessage(revision: bigint): Uint8Array {
  return readRespCodec.encode({ firstStreamPosition: halvesOf(revision) });
}

export function lastRevisionMessage(revision: number): Uint8Array {
  return readRespCodec.encode({ lastStreamPosition: revision });
}

export function confirmationMessage(subscriptionId: string): Uint8Array {
  return readRespCodec.encode({ confirmation: { subscriptionId } });
}

export function caughtUpMessage(): Uint8Array {
  return readRespCodec.encode({ caughtUp: {} });
}

export function notFoundMessage(stream: string): Uint8Array {
  return readRespCodec.encode({ streamNotFound: { streamIdentifier: { streamName: stream } } });
}
