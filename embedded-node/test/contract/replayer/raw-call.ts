// A call on the wire without the client: any method as a bidirectional stream of given bytes.
import { setTimeout as delay } from 'node:timers/promises';
import { Metadata, type ClientDuplexStream, type StatusObject } from '@grpc/grpc-js';
import { credentialsIn, isSecure, type Connections } from './connections.js';
import type { Observation } from './observe.js';
import { decodeMessage, masked } from './raw-messages.js';
import type { RunValues } from './run-values.js';
import { isObject, type Json, type Step } from './transcript.js';

type Call = ClientDuplexStream<Buffer, Buffer>;

const settleMs = 100;
const ofHttp = new Set(['content-type', 'date', 'server', 'content-length']);

function bytesToSend(base64: Json, values: RunValues): Buffer {
  if (typeof base64 === 'string') return values.bytes(base64);
  if (Array.isArray(base64)) return Buffer.concat(base64.map((part) => bytesToSend(part, values)));
  const [text, times] = isObject(base64) ? (base64.$repeat as [string, number]) : ['', 0];
  return Buffer.concat(Array.from({ length: times }, () => Buffer.from(text, 'base64')));
}

function headers(step: Step, connection: string, values: RunValues): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(step.metadata ?? {})) {
    if (typeof value === 'string') metadata.set(name, values.text(value));
  }
  const given = step.credentials === undefined ? credentialsIn(connection) : step.credentials;
  if (given && isSecure(connection)) {
    const pair = values.text(`${given.username}:${given.password}`);
    metadata.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  }
  return metadata;
}

function trailersOf(metadata: Metadata): Record<string, string> {
  const entries = Object.entries(metadata.getMap()).filter(([name]) => !ofHttp.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value.toString()]));
}

interface Answer {
  messages: Buffer[];
  status: Promise<StatusObject>;
  enough: Promise<void>;
}

function listen(call: Call, wanted: number): Answer {
  const messages: Buffer[] = [];
  const status = new Promise<StatusObject>((resolve) => call.on('status', resolve));
  const enough = new Promise<void>((resolve) =>
    call.on('data', (message: Buffer) => {
      if (messages.push(message) >= wanted) resolve();
    }),
  );
  // The status tells the same; without a listener the error would end the process.
  call.on('error', () => undefined);
  return { messages, status, enough };
}

async function ending(call: Call, answer: Answer, step: Step): Promise<Observation> {
  const stopped = answer.enough.then(() => delay(step.settle ?? settleMs, 'stopped' as const));
  const end = await Promise.race([answer.status, stopped]);
  if (end === 'stopped') {
    call.cancel();
    return { stoppedByCaller: true };
  }
  return {
    status: end.code,
    trailers: trailersOf(end.metadata),
    _details: end.details,
  };
}

/** Makes the call of a step and tells its messages and how it ended. */
export async function rawCall(
  step: Step,
  connections: Connections,
  values: RunValues,
): Promise<Observation> {
  const path = step.raw ?? '';
  const asIs = (bytes: Buffer): Buffer => bytes;
  const metadata = headers(step, connections.connection, values);
  const deadline = step.deadline === undefined ? {} : { deadline: Date.now() + step.deadline };
  const call = connections.channel().makeBidiStreamRequest(path, asIs, asIs, metadata, deadline);
  const answer = listen(call, step.until?.messages ?? Infinity);
  for (const { base64 } of step.send ?? []) call.write(bytesToSend(base64, values));
  if (step.end !== false) call.end();
  const end = await ending(call, answer, step);
  const messages = answer.messages.map((bytes) => decodeMessage(path, bytes));
  return masked({ messages, ...end }, step.mask ?? []) as Observation;
}
