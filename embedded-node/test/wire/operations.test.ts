// What other clients ask a node besides streams: operations, its figures, and users where nobody
// has to log in.
import { afterEach, describe, expect, test } from '@jest/globals';
import { credentials, status } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import monitoring from '@eventstore/db-client/generated/monitoring_pb.js';
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import messages from '@eventstore/db-client/generated/operations_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js';
import users from '@eventstore/db-client/generated/users_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { take } from '../client/given.js';
import { closed, Inbox, listened, unary } from './given.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

type ScavengeResp = InstanceType<typeof messages.ScavengeResp>;
type StatsResp = InstanceType<typeof monitoring.StatsResp>;
type DetailsResp = InstanceType<typeof users.DetailsResp>;
const { ScavengeResult } = messages.ScavengeResp;
const empty = () => new shared.Empty();

async function started(onShutdown?: () => void) {
  const node = await startNode({}, onShutdown);
  cleanup.add(() => node.stop());
  const address = `${node.host}:${node.port}`;
  const insecure = credentials.createInsecure();
  const clients = {
    operations: new operationsGrpc.OperationsClient(address, insecure),
    monitoring: new monitoringGrpc.MonitoringClient(address, insecure),
    users: new usersGrpc.UsersClient(address, insecure),
  };
  for (const client of Object.values(clients)) cleanup.add(() => closed(client));
  const client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  return { ...clients, client };
}

describe('operations', () => {
  test.each(['mergeIndexes', 'resignNode', 'restartPersistentSubscriptions'] as const)(
    '%s is done',
    async (name) => {
      const { operations } = await started();
      expect(await unary((done) => operations[name](empty(), done))).toMatchObject({
        code: status.OK,
      });
    },
  );

  test('a priority is taken', async () => {
    const { operations } = await started();
    const request = new messages.SetNodePriorityReq().setPriority(5);
    const answer = await unary((done) => operations.setNodePriority(request, done));
    expect(answer.code).toBe(status.OK);
  });

  test('a scavenge is started and told of in its streams', async () => {
    const { operations, client } = await started();
    const options = new messages.StartScavengeReq.Options().setThreadCount(1);
    const request = new messages.StartScavengeReq().setOptions(options);
    const { messages: answers } = await unary<ScavengeResp>((done) =>
      operations.startScavenge(request, done),
    );
    expect(answers[0]?.getScavengeResult()).toBe(ScavengeResult.STARTED);
    const scavengeId = answers[0]?.getScavengeId();
    const told = await take(client.subscribeToStream('$scavenges', { resolveLinkTos: true }), 2);
    expect(told.map(({ event }) => [event?.type, event?.data])).toEqual([
      ['$scavengeStarted', { scavengeId }],
      ['$scavengeCompleted', expect.objectContaining({ scavengeId, result: 'Success' })],
    ]);
  });

  test.each(['current', 'some-id'])(
    'a scavenge that is not running cannot be stopped: %s',
    async (id) => {
      const { operations } = await started();
      const options = new messages.StopScavengeReq.Options().setScavengeId(id);
      const request = new messages.StopScavengeReq().setOptions(options);
      expect(await unary((done) => operations.stopScavenge(request, done))).toMatchObject({
        code: status.NOT_FOUND,
        trailers: { exception: 'scavenge-not-found', 'scavenge-id': '' },
      });
    },
  );

  test('a scavenge without options is not expected', async () => {
    const { operations } = await started();
    const start = new messages.StartScavengeReq();
    expect((await unary((done) => operations.startScavenge(start, done))).code).toBe(
      status.UNKNOWN,
    );
  });

  test('a shutdown is answered, and then done', async () => {
    let shutDown: (() => void) | undefined;
    const done = new Promise<void>((resolve) => (shutDown = resolve));
    const { operations } = await started(() => shutDown?.());
    const answer = await unary((answered) => operations.shutdown(empty(), answered));
    expect(answer.code).toBe(status.OK);
    await done;
  });
});

test('figures come again and again', async () => {
  const { monitoring: client } = await started();
  const request = new monitoring.StatsReq().setRefreshTimePeriodInMs('100');
  const inbox = new Inbox<StatsResp>(client.stats(request));
  const [first, second] = await inbox.next(2);
  for (const stats of [first, second]) {
    expect(stats?.getStatsMap().get('proc-id')).toBe(String(process.pid));
    expect(stats?.getStatsMap().get('es-checksum')).toMatch(/^\d+$/);
  }
  expect((await inbox.cancel()).code).toBe(status.CANCELLED);
});

describe('users of a node without TLS', () => {
  const details = (login = '') => {
    const options = new users.DetailsReq.Options().setLoginName(login);
    return new users.DetailsReq().setOptions(options);
  };

  test('there is none at first', async () => {
    const { users: client } = await started();
    expect(await listened<DetailsResp>(client.details(details()))).toMatchObject({
      code: status.NOT_FOUND,
      trailers: { exception: 'user-not-found' },
    });
  });

  test('are made, listed by their names, changed and deleted by anybody', async () => {
    const { users: client } = await started();
    for (const login of ['bob', 'Alice', 'eve', 'Bert', 'alina']) {
      const options = new users.CreateReq.Options().setLoginName(login).setFullName(login);
      options.setPassword('secret').setGroupsList(['group']);
      const request = new users.CreateReq().setOptions(options);
      expect((await unary((done) => client.create(request, done))).code).toBe(status.OK);
    }
    const eve = new users.DeleteReq.Options().setLoginName('eve');
    const request = new users.DeleteReq().setOptions(eve);
    expect((await unary((done) => client.delete(request, done))).code).toBe(status.OK);
    const { messages: listed } = await listened<DetailsResp>(client.details(details()));
    expect(listed.map((user) => user.getUserDetails()?.getLoginName())).toEqual([
      'Alice',
      'alina',
      'Bert',
      'bob',
    ]);
  });

  test('leave in the log what the real server leaves', async () => {
    const { users: client, client: official } = await started();
    const options = new users.CreateReq.Options().setLoginName('dora').setFullName('Dora');
    const request = new users.CreateReq().setOptions(options.setPassword('secret'));
    await unary((done) => client.create(request, done));
    const disabled = new users.DisableReq.Options().setLoginName('dora');
    await unary((done) => client.disable(new users.DisableReq().setOptions(disabled), done));
    const { metadata } = await official.getStreamMetadata('$user-dora');
    expect(metadata?.acl).toEqual({
      writeRoles: '$admins',
      deleteRoles: '$admins',
      metaWriteRoles: '$admins',
    });
    const notices = await take(official.subscribeToStream('$users-password-notifications'), 1);
    expect(notices.map(({ event }) => event?.data)).toEqual([{ loginName: 'dora' }]);
    const kept = await official.getStreamMetadata('$users-password-notifications');
    expect(kept.metadata).toEqual({ maxAge: 3600 });
  });
});
