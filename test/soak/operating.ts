// The operator's commands, as processes of their own on the data folder of an instance, and what
// somebody else appends to the event store.
import { type EventStoreDBClient, jsonEvent, type JSONType } from '@eventstore/db-client';
import { EXIT } from '../../src/errors/exit-codes.js';
import { reasonOf } from '../../src/errors/reason-of.js';
import type { ServiceProcess } from '../flow/service.js';
import {
  type DoneReply,
  type FailedReply,
  LOST,
  type Operate,
  type WriteForeign,
} from '../simulator/history.js';

const MAX_WORDS = 300;

export async function operateOn(
  service: ServiceProcess,
  intent: Operate,
): Promise<DoneReply | FailedReply> {
  const { code, stdout, stderr } = await service.runToEnd(...argumentsOf(intent));
  const words = `exit ${code}: ${(stderr || stdout).trim().slice(-MAX_WORDS)}`;
  if (code === EXIT.unavailable) return { kind: 'failed', code: 'SERVICE_UNAVAILABLE', words };
  if (intent.operation === 'verify' && (code === EXIT.done || code === EXIT.no)) {
    const { differences } = JSON.parse(stdout) as { readonly differences: readonly string[] };
    return { kind: 'done', outcome: 'verified', differences };
  }
  if (code === EXIT.done) return { kind: 'done', outcome: intent.operation };
  if (code === EXIT.no || code === EXIT.usage)
    return { kind: 'done', outcome: `refused: ${words}` };
  return { kind: 'failed', code: 'INTERNAL_SERVER_ERROR', words };
}

function argumentsOf({ operation, names, isFresh = false }: Operate): string[] {
  const fresh = isFresh ? ['--fresh'] : [];
  switch (operation) {
    case 'rebuild':
      return ['replay', ...names, ...fresh, '--json'];
    case 'promote':
      return ['replay', ...names, ...fresh, '--promote', '--json'];
    case 'roll back':
      return ['replay', ...names, '--rollback', '--json'];
    case 'verify':
      return ['verify', '--json'];
  }
}

export async function appendForeign(
  client: EventStoreDBClient,
  { stream, eventId: id, type, data, metadata }: WriteForeign,
): Promise<DoneReply | FailedReply> {
  const content = metadata === undefined ? {} : { metadata: metadata as Record<string, unknown> };
  try {
    // Whether it is stored after a failure is not known; the laws look for its id.
    await client.appendToStream(
      stream,
      jsonEvent({ id, type, data: data as JSONType, ...content }),
    );
    return { kind: 'done', outcome: 'written' };
  } catch (error) {
    return { kind: 'failed', code: LOST, words: reasonOf(error) };
  }
}
