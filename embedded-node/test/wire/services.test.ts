// Every call that there is in the protocol: each is served, or answered as unimplemented where the
// real server does not serve it either, and the node says of itself what is true.
import { afterAll, describe, expect, test } from '@jest/globals';
import { credentials, Metadata, Client, status } from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { ofEventStoreClient, ofKurrentClient, unserved } from './called-methods.js';
import { closed, unary } from './given.js';
import { officialServices } from './official-services.js';

const paths = officialServices.flatMap((service) => Object.values(service).map(({ path }) => path));
/** Stops the node. */
const shutdown = '/event_store.client.operations.Operations/Shutdown';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

async function started(runProjections: boolean) {
  const node = await startNode({ runProjections });
  cleanup.add(() => node.stop());
  const client = new Client(`${node.host}:${node.port}`, credentials.createInsecure());
  cleanup.add(() => closed(client));
  return client;
}

/**
 * The status of a call that sends one empty message; OK too for one that goes on after a moment.
 */
function statusOf(client: Client, path: string): Promise<status> {
  const asIs = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    const deadline = Date.now() + 300;
    const call = client.makeBidiStreamRequest(path, asIs, asIs, new Metadata(), { deadline });
    call.on('data', () => undefined);
    call.on('error', () => undefined);
    call.on('status', ({ code }) => {
      resolve(code);
    });
    call.end(Buffer.alloc(0));
  });
}

async function advertisedBy(client: Client): Promise<string[]> {
  const { supported } = { supported: features.SupportedMethods };
  const { messages } = await unary<InstanceType<typeof supported>>((done) =>
    client.makeUnaryRequest(
      featuresGrpc.ServerFeaturesService.getSupportedMethods.path,
      (request: InstanceType<typeof shared.Empty>) => Buffer.from(request.serializeBinary()),
      (bytes: Buffer) => supported.deserializeBinary(bytes),
      new shared.Empty(),
      done,
    ),
  );
  const methods = messages[0]?.getMethodsList() ?? [];
  return methods.map((method) => `/${method.getServiceName()}/${method.getMethodName()}`);
}

test('the list of what the official client can call is that of its package', () => {
  expect(new Set(ofEventStoreClient)).toEqual(new Set(paths));
});

describe('a node with projections', () => {
  test('serves what clients can call, but for what needs a cluster or KurrentDB', async () => {
    const client = await started(true);
    const unimplemented: string[] = [];
    const called = new Set([...ofEventStoreClient, ...ofKurrentClient, ...unserved]);
    for (const path of called) {
      if (path === shutdown) continue;
      if ((await statusOf(client, path)) === status.UNIMPLEMENTED) unimplemented.push(path);
    }
    expect(new Set(unimplemented)).toEqual(new Set(unserved));
  });

  test('advertises every call of the protocol', async () => {
    const advertised = await advertisedBy(await started(true));
    const missing = paths.filter((path) => !advertised.includes(path.toLowerCase()));
    expect(missing).toEqual([]);
  });
});

test('a node without projections neither serves nor advertises them', async () => {
  const client = await started(false);
  const ofProjections = paths.filter((path) => path.includes('projections'));
  for (const path of ofProjections) {
    expect([path, await statusOf(client, path)]).toEqual([path, status.UNIMPLEMENTED]);
  }
  const advertised = await advertisedBy(client);
  expect(advertised.filter((path) => path.includes('projections'))).toEqual([]);
});
