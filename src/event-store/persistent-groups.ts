// Persistent subscriptions to `$all`: groups of consumers that share the events of some types. The
// store keeps a group's settings, checkpoint and parked events. Making and replaying one requires
// the rights of an operator ($ops or $admins) where the store has access control.
import {
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  type PersistentSubscriptionToAllInfo,
  PINNED,
  START,
  StreamNotFoundError,
  UNBOUNDED,
} from '@eventstore/db-client';
import { disconnect, openConsumer } from './client-internals.js';
import { isOutage, StoreUnavailableError } from './errors.js';
import { GroupConsumer } from './group-consumer.js';
import { joinRequest } from './group-messages.js';
import { type ParkedLink, parkedLinkOf, parkedStreamOf } from './parked-links.js';
import { groupAnswer } from './read-answer.js';
import type { CallOptions } from './store-access.js';
import { withStoreTimeout } from './store-timeout.js';
import { systemTime, type Time } from '../waiting/time.js';

/** The nodes of a store, by the client's own API. */
export interface GroupNodes {
  readonly callOptions: CallOptions;
  /** A new client of the node to ask. */
  connectDirectly(): Promise<EventStoreDBClient>;
  onMove(listener: () => void): void;
  noteFault(error: unknown): void;
}

/** Where a group begins to read: a commit position, whose event is included, or an end. */
export type GroupStart = bigint | 'start' | 'end';

export interface EventGroup {
  readonly name: string;
  /** What the names of its earlier groups begin with: those with other types. */
  readonly family: string;
  /** Types of events, or what their names begin with. */
  readonly types: readonly string[];
}

export interface GroupStatus {
  readonly parked: number;
  /** Connected consumers, of all instances. */
  readonly consumers: number;
  /** Events that consumers have or will get again. */
  readonly unfinished: number;
  /** Commit position of the checkpoint; undefined before the first. */
  readonly checkpoint: bigint | undefined;
}

/**
 * EventStoreDB parks an event by itself when it has been delivered again too often. What is a
 * failure is for the consumer to say, so it never does.
 */
const NEVER = 2_147_483_647;

const sharedSettings = {
  // Events of one stream go to one consumer while it is connected.
  consumerStrategyName: PINNED,
  maxRetryCount: NEVER,
  // Longer than an event takes. A consumer that is gone gives its events back at once.
  messageTimeout: 150_000,
  checkPointLowerBound: 1,
} as const;

const ANSWER_MS = 5_000;

export class PersistentGroups {
  private client: Promise<EventStoreDBClient> | undefined;
  private readonly settings: typeof sharedSettings & {
    readonly maxSubscriberCount: number | typeof UNBOUNDED;
  };

  /**
   * @param isOfOne whether one consumer at most gets the events: what it has done is on record in
   * tables of its own, which no other one can see
   */
  constructor(
    private readonly nodes: GroupNodes,
    private readonly time: Pick<Time, 'soon' | 'after'> = systemTime,
    isOfOne = false,
  ) {
    this.settings = { ...sharedSettings, maxSubscriberCount: isOfOne ? 1 : UNBOUNDED };
    nodes.onMove(() => this.drop());
  }

  /**
   * Makes the group, if it is absent, and gives it the settings of this version. The filter of a
   * group cannot be changed, so a version with other types has a new one, which goes on where the
   * earlier one was.
   *
   * @param from where the first group starts
   * @throws StoreUnavailableError; the client's error when the store refuses
   */
  async ensure(group: EventGroup, from: () => Promise<GroupStart>): Promise<void> {
    const found = await this.infoOf(group.name);
    if (found !== undefined) return this.converge(found);
    const earlier = await this.earlierOf(group);
    const [place] = earlier.flatMap(({ stats }) => stats.lastCheckpointedEventPosition ?? []);
    await this.make(group, place?.commit ?? (await from()));
    // One with parked events stays: an operator has to look at them.
    const isOver = ({ connections, stats }: PersistentSubscriptionToAllInfo) =>
      connections.length === 0 && stats.parkedMessageCount === 0n;
    for (const { groupName } of earlier.filter(isOver)) {
      await this.ask((client) => client.deletePersistentSubscriptionToAll(groupName));
    }
  }

  /** @throws StoreUnavailableError */
  async join(name: string, bufferSize: number): Promise<GroupConsumer> {
    const opening = async (client: EventStoreDBClient) => {
      const call = await openConsumer(client, groupAnswer, this.nodes.callOptions);
      call.write(joinRequest(name, bufferSize));
      return new GroupConsumer(call, this.time);
    };
    return this.ask(opening);
  }

  /** Undefined for an absent group. @throws StoreUnavailableError */
  async status(name: string): Promise<GroupStatus | undefined> {
    const info = await this.infoOf(name);
    if (info === undefined) return undefined;
    const { connections, stats } = info;
    return {
      parked: Number(stats.parkedMessageCount),
      consumers: connections.length,
      unfinished: stats.outstandingMessagesCount + stats.retryBufferCount,
      checkpoint: stats.lastCheckpointedEventPosition?.commit,
    };
  }

  /** A page of the parked events, in the order of parking. @throws StoreUnavailableError */
  async parked(
    name: string,
    { first, offset }: { readonly first: number; readonly offset: number },
  ): Promise<readonly ParkedLink[]> {
    const read = async (client: EventStoreDBClient) => {
      const links: ParkedLink[] = [];
      const maxCount = offset + first;
      const stream = parkedStreamOf(name);
      for await (const resolved of client.readStream(stream, { resolveLinkTos: true, maxCount })) {
        links.push(parkedLinkOf(resolved));
      }
      return links.slice(offset);
    };
    try {
      return await this.ask(read);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }

  /**
   * Gives the parked events to the consumers again. The store keeps them in memory until then: ask
   * for it while there is a consumer.
   *
   * @throws StoreUnavailableError
   */
  replayParked(name: string): Promise<void> {
    return this.ask((client) => client.replayParkedMessagesToAll(name));
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    if (client !== undefined) await disconnect(client);
  }

  private async make({ name, types }: EventGroup, start: GroupStart): Promise<void> {
    const wanted = persistentSubscriptionToAllSettingsFromDefaults({
      ...this.settings,
      startFrom: placeOf(start),
    });
    const filter = eventTypeFilter({ prefixes: [...types] });
    try {
      await this.ask((client) =>
        client.createPersistentSubscriptionToAll(name, wanted, { filter }),
      );
    } catch (error) {
      // Another instance was first.
      if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
    }
  }

  /** Never the group itself, which another instance may have made meanwhile. */
  private async earlierOf({
    name,
    family,
  }: EventGroup): Promise<readonly PersistentSubscriptionToAllInfo[]> {
    try {
      const all = await this.ask((client) => client.listPersistentSubscriptionsToAll());
      return all.filter(({ groupName }) => groupName.startsWith(family) && groupName !== name);
    } catch (error) {
      // The store's answer when there is no group.
      if (error instanceof PersistentSubscriptionDoesNotExistError) return [];
      throw error;
    }
  }

  private async converge({ groupName, settings: found }: PersistentSubscriptionToAllInfo) {
    const { settings } = this;
    const names = Object.keys(settings) as (keyof typeof settings)[];
    if (names.every((name) => found[name] === settings[name])) return;
    const wanted = { ...found, ...settings };
    await this.ask((client) => client.updatePersistentSubscriptionToAll(groupName, wanted));
  }

  private async infoOf(name: string): Promise<PersistentSubscriptionToAllInfo | undefined> {
    try {
      return await this.ask((client) => client.getPersistentSubscriptionToAllInfo(name));
    } catch (error) {
      if (error instanceof PersistentSubscriptionDoesNotExistError) return undefined;
      throw error;
    }
  }

  /** A connection that fails is not used again. */
  private async ask<Answer>(
    question: (client: EventStoreDBClient) => Promise<Answer>,
  ): Promise<Answer> {
    const doing = 'a persistent subscription';
    this.client ??= this.nodes.connectDirectly();
    const { client } = this;
    try {
      return await withStoreTimeout(client.then(question), ANSWER_MS, doing, this.time);
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.nodes.noteFault(error);
      if (this.client === client) this.drop();
      throw error instanceof StoreUnavailableError
        ? error
        : new StoreUnavailableError(doing, error);
    }
  }

  private drop(): void {
    this.close().catch(() => undefined);
  }
}

function placeOf(from: GroupStart) {
  if (from === 'start') return START;
  return from === 'end' ? END : { commit: from, prepare: from };
}
