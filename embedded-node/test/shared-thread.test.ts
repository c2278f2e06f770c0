// Nodes of one program, one after another: they share a thread, and nothing else.
import { afterEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { EventStoreDBClient, jsonEvent, StreamNotFoundError } from '@eventstore/db-client';
import operationsService from '@eventstore/db-client/generated/operations_grpc_pb.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import { credentials } from '@grpc/grpc-js';
import { type EmbeddedNode, startEmbeddedNode } from 'embedded-eventstoredb';
import { Cleanup } from '../../test/event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

function clientOf(node: EmbeddedNode): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  return client;
}

const noted = () => jsonEvent({ type: 'Noted', data: {} });

/** What any client may ask of a node. Resolves when the node has answered. */
async function requestShutdown({ host, port }: EmbeddedNode): Promise<void> {
  const { OperationsClient } = operationsService;
  const operations = new OperationsClient(`${host}:${port}`, credentials.createInsecure());
  await new Promise((resolve) => {
    operations.shutdown(new sharedMessages.Empty(), resolve);
  });
  operations.close();
}

test('a node has nothing of the one before: streams, projections', async () => {
  const first = await startEmbeddedNode({ runProjections: true, startStandardProjections: true });
  await clientOf(first).appendToStream('note-1', noted());
  await first.stop();
  const second = await startEmbeddedNode();
  cleanup.add(() => second.stop());
  const client = clientOf(second);
  await expect(once(client.readStream('note-1'), 'data')).rejects.toThrow(StreamNotFoundError);
  await client.appendToStream('note-1', noted(), { expectedRevision: 'no_stream' });
  await expect(client.getProjectionStatus('$by_category')).rejects.toThrow();
});

test('a node that is stopped twice, also by a client, leaves the next one alone', async () => {
  for (let round = 0; round < 8; round += 1) {
    const node = await startEmbeddedNode();
    const asked = [() => requestShutdown(node), () => node.stop(), () => node.stop()];
    const begun = asked.slice(round % 2).map((ask) => ask());
    await node.stop();
    const next = await startEmbeddedNode();
    await Promise.all(begun);
    await node.stop();
    await clientOf(next).appendToStream('note-1', noted(), { expectedRevision: 'no_stream' });
    await next.stop();
  }
});

test('a node that a client shut down is told as failed, and the next one starts', async () => {
  const node = await startEmbeddedNode();
  await requestShutdown(node);
  expect(await node.failure).toMatchObject({ name: 'NodeShutDownError' });
  const next = await startEmbeddedNode();
  await node.stop();
  await clientOf(next).appendToStream('note-1', noted());
  await next.stop();
});

/** Prints how many threads were started for nodes one after another, and then for two at once. */
const program = `
  import { startEmbeddedNode } from 'embedded-eventstoredb';
  let threads = 0;
  process.on('worker', () => (threads += 1));
  for (let round = 0; round < 3; round += 1) await (await startEmbeddedNode()).stop();
  console.log(threads);
  const both = [await startEmbeddedNode(), await startEmbeddedNode()];
  await Promise.all(both.map((node) => node.stop()));
  console.log(threads);
`;

test('nodes one after another take one thread, which keeps no program from ending', async () => {
  const command = ['--input-type=module', `--eval=${program}`];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  expect(stdout).toBe('1\n2\n');
});

const refused = `
  import { startEmbeddedNode } from 'embedded-eventstoredb';
  let threads = 0;
  process.on('worker', () => (threads += 1));
  for (const dataDir of [() => 'folder', Symbol('folder')]) {
    await startEmbeddedNode({ dataDir }).catch(({ name }) => console.log(name));
  }
  await (await startEmbeddedNode()).stop();
  console.log(threads);
`;

test('options that no thread can be given are refused, and the thread takes the next node', async () => {
  const command = ['--input-type=module', `--eval=${refused}`];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  expect(stdout).toBe('DataCloneError\nDataCloneError\n1\n');
});
