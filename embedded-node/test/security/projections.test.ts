// Who may do what with projections on a secure node, refused as the real server refuses: without
// credentials and what is always for operators by PERMISSION_DENIED, and what depends on the kind
// of projection by the name of its internal answer.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  AccessDeniedError,
  type EventStoreDBClient,
  jsonEvent,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { eventually } from '../user-projections/eventually.js';
import { createTransient } from './create-transient.js';
import { countOf, type Login, ops, SecureNode } from './given.js';

const cleanup = new Cleanup();
let secure: SecureNode;
let person: Login;
let admin: EventStoreDBClient;
let operator: EventStoreDBClient;
let user: EventStoreDBClient;
let nobody: EventStoreDBClient;
let kept: string;

beforeAll(async () => {
  secure = await SecureNode.start(cleanup, { runProjections: true });
  person = await secure.newUser({ groups: ['team'] });
  admin = secure.as({ username: 'admin', password: 'changeit' });
  operator = secure.as(ops);
  user = secure.as(person);
  nobody = secure.as(null);
  kept = newName();
  await admin.createProjection(kept, QUERY);
});
afterAll(() => cleanup.run());

const QUERY = `fromStream('some').when({ $init: () => ({ n: 0 }), $any(s) { s.n += 1; } })`;
const newName = () => `named${randomUUID().replaceAll('-', '')}`;
const denied = (work: Promise<unknown>) => expect(work).rejects.toBeInstanceOf(AccessDeniedError);
const answered = (work: Promise<unknown>, received: string) =>
  expect(work).rejects.toMatchObject({
    code: 2,
    message: expect.stringContaining(`received ${received} instead`),
  });

type Call = (client: EventStoreDBClient, name: string) => Promise<unknown>;

const commands: [what: string, call: Call][] = [
  ['create', (client) => client.createProjection(newName(), QUERY)],
  ['update', (client, name) => client.updateProjection(name, QUERY)],
  ['enable', (client, name) => client.enableProjection(name)],
  ['disable', (client, name) => client.disableProjection(name)],
  ['abort', (client, name) => client.abortProjection(name)],
  ['reset', (client, name) => client.resetProjection(name)],
];
const ofOperators: [what: string, call: Call][] = [
  ['delete', (client, name) => client.deleteProjection(name)],
  ['restart the subsystem', (client) => client.restartSubsystem()],
];
const looks: [what: string, call: Call][] = [
  ['state', (client, name) => client.getProjectionState(name)],
  ['result', (client, name) => client.getProjectionResult(name)],
  ['status', (client, name) => client.getProjectionStatus(name)],
  ['list', (client) => client.listProjections()],
];

test.each([...commands, ...ofOperators, ...looks])(
  'without credentials nothing is done: %s',
  async (_, call) => {
    await denied(call(nobody, kept));
    await denied(call(nobody, 'unknown'));
  },
);

describe('a user of no such group', () => {
  test.each(commands)('does not %s one that is kept', async (_, call) => {
    await answered(call(user, kept), 'NotAuthorized');
    expect((await user.getProjectionStatus(kept)).status).toBe('Running');
  });

  test.each(ofOperators)('does not %s any', async (_, call) => {
    await denied(call(user, kept));
    await denied(call(user, 'unknown'));
  });

  test.each(looks)('may look: %s', async (_, call) => {
    await call(user, kept);
  });

  test.each(commands.slice(1))('is told that there is none to %s', async (_, call) => {
    await answered(call(user, 'unknown'), 'NotFound');
  });

  test.each(['enable', 'disable', 'abort'])('does not %s those of the system', async (what) => {
    const [, call] = commands.find(([name]) => name === what) ?? [];
    await answered(call?.(user, '$by_category') ?? Promise.resolve(), 'NotAuthorized');
  });

  test('has transient ones, which read with the rights of that user', async () => {
    await admin.appendToStream('open', jsonEvent({ type: 'Happened', data: {} }));
    const [plain, secret, forged] = [newName(), newName(), newName()];
    await createTransient(secure.node, person, plain, `fromStream('open').when({ $any() {} })`);
    await createTransient(secure.node, person, secret, `fromStream('$users').when({ $any() {} })`);
    const forging = `fromStream('open').outputState().outputTo('$own-${forged}')`;
    await createTransient(secure.node, person, forged, forging);
    await until(plain, 'Completed');
    expect((await until(secret, 'Faulted (Enabled)')).stateReason).toBe('Access Denied');
    expect((await until(forged, 'Faulted (Enabled)')).stateReason).toBe(
      `Access to the stream '$own-${forged}' is denied`,
    );
    await user.resetProjection(plain);
    await until(plain, 'Completed');
    await denied(user.deleteProjection(plain));
  });
});

test.each([...commands, ...looks, ...ofOperators])('an operator may: %s', async (_, call) => {
  const name = newName();
  await operator.createProjection(name, QUERY);
  if (call === ofOperators[0]?.[1]) await operator.disableProjection(name);
  await call(operator, name);
});

test('what an operator shows of states needs no right to write system streams', async () => {
  const name = newName();
  await admin.appendToStream(`${name}-1`, jsonEvent({ type: 'Happened', data: {} }));
  await operator.createProjection(
    name,
    `fromStream('${name}-1').partitionBy(() => 'part').when({ $any: () => ({}) }).outputState()`,
  );
  await eventually(
    () => admin.getProjectionStatus(name),
    ({ eventsProcessedAfterRestart }) => Number(eventsProcessedAfterRestart) === 1,
  );
  expect(await countOf(admin.readStream(`$projections-${name}-part-result`))).toBe(1);
  expect(await countOf(admin.readStream(`$projections-${name}-result`))).toBe(1);
  expect(await countOf(admin.readStream(`$projections-${name}-partitions`))).toBe(1);
});

test('a new query reads and writes as whoever gave it', async () => {
  const [name, target] = [newName(), `$${newName()}`];
  const emitting = `fromStream('${name}').when({ $any() { emit('${target}', 'Seen', {}); } })`;
  await admin.createProjection(name, QUERY, { emitEnabled: true });
  await operator.updateProjection(name, emitting);
  await admin.appendToStream(name, jsonEvent({ type: 'Happened', data: {} }));
  const { stateReason } = await until(name, 'Faulted (Enabled)');
  expect(stateReason).toBe(`Access to the stream '${target}' is denied`);
  await expect(countOf(admin.readStream(target))).rejects.toBeInstanceOf(StreamNotFoundError);
  await admin.updateProjection(name, emitting);
  await eventually(
    () => admin.getProjectionStatus(name),
    ({ eventsProcessedAfterRestart }) => Number(eventsProcessedAfterRestart) === 1,
  );
  expect(await countOf(admin.readStream(target))).toBe(1);
});

function until(name: string, wanted: string) {
  return eventually(
    () => admin.getProjectionStatus(name),
    ({ status }) => status === wanted,
  );
}
