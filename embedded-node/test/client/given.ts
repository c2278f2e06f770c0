// What the suite of the client's surface begins with: a node in memory and one on disk, and the
// store of the simulator, of which the same is demanded, a client of each, and the small events and
// lists that tests are made of.
import { afterAll, beforeAll, describe } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { startNode } from '../../src/server/node.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from '../../src/options.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { serveSimulatedStore } from '../../../test/simulator/store/grpc-face.js';

/** What a test needs of a store: where it is, and its end. */
type StartedStore = Pick<EmbeddedNode, 'connectionString' | 'host' | 'port' | 'stop'>;

/** A store and its client while a `describe` runs. */
export class Given<Store extends StartedStore = StartedStore> {
  readonly cleanup = new Cleanup();
  private started: { readonly node: Store; readonly client: EventStoreDBClient } | undefined;

  get client(): EventStoreDBClient {
    return this.parts.client;
  }

  get node(): Store {
    return this.parts.node;
  }

  /** Another client of the same node, with options of the connection string, such as `&x=y`. */
  connect(options = ''): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(this.node.connectionString + options);
    this.cleanup.add(() => client.dispose());
    return client;
  }

  async start(node: Store): Promise<void> {
    this.cleanup.add(() => node.stop());
    const client = EventStoreDBClient.connectionString(node.connectionString);
    this.started = { node, client };
    this.cleanup.add(() => client.dispose());
    // What a node says of itself is asked once, so that no test's first call pays for it.
    await client.appendToStream(`first-${randomUUID()}`, happened(0));
  }

  private get parts() {
    if (!this.started) throw new Error('The node is there only while tests run');
    return this.started;
  }
}

const PLACES = ['in memory', 'on disk'] as const;
type NodeOptions = Pick<EmbeddedNodeOptions, 'runProjections' | 'startStandardProjections'>;

/** Declares the same tests on a node in memory and on one with its log on disk. */
export function onEachNode(
  what: string,
  declare: (given: Given<EmbeddedNode>) => void,
  options: NodeOptions = {},
): void {
  describe.each(PLACES)(`${what}, on a node %s`, (place) => {
    declareOn(declare, (cleanup) => startAt(place, options, cleanup));
  });
}

/** As `onEachNode`, and on the simulator's store, which must keep the same rules. */
export function onEachStore(what: string, declare: (given: Given) => void): void {
  onEachNode(what, declare);
  describe(`${what}, on the simulated store`, () => declareOn(declare, serveSimulatedStore));
}

function declareOn<Store extends StartedStore>(
  declare: (given: Given<Store>) => void,
  start: (cleanup: Cleanup) => Promise<Store>,
): void {
  const given = new Given<Store>();
  beforeAll(async () => given.start(await start(given.cleanup)));
  afterAll(() => given.cleanup.run());
  declare(given);
}

async function startAt(
  place: (typeof PLACES)[number],
  options: NodeOptions,
  cleanup: Cleanup,
): Promise<EmbeddedNode> {
  if (place === 'in memory') return startNode(options);
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-client-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  return startNode({ ...options, dataDir });
}

export const newStream = (prefix = 'client') => `${prefix}-${randomUUID()}`;

export function happened(n: number, id: string = randomUUID()) {
  return jsonEvent({ id, type: 'Happened', data: { n } });
}

/** A link to `revision@stream`: the system's projections make such events, and so may a client. */
export function linkTo(target: string) {
  return binaryEvent({ type: '$>', data: Buffer.from(target) });
}

/** Events 0 to count − 1. */
export function series(count: number) {
  return Array.from({ length: count }, (_, n) => happened(n));
}

/** The `n` of what a read or a subscription gave. */
export function numberOf({ event }: Pick<ResolvedEvent, 'event'>): number {
  return (event?.data as { readonly n: number }).n;
}

/** Everything that a read gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The first `count` of what a subscription gives; it ends with them. */
export async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}

export async function numbers(items: AsyncIterable<Pick<ResolvedEvent, 'event'>>) {
  return (await all(items)).map(numberOf);
}
