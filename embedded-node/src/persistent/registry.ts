// All groups of the node. Their definitions are the last event of one system stream, so that they
// are back after a restart, and are answered for only once they are on disk.
import type { EventLog } from './ports.js';
import {
  refusalOfSizes,
  refusalOfStart,
  subscriptionId,
  type GroupDefinition,
} from './settings.js';
import { decodeDefinitions, encodeDefinitions } from './stored-definitions.js';
import { PersistentSubscription } from './subscription.js';

const configStream = '$persistentSubscriptionConfig';
const tickMs = 1_000;

export type GroupRefusal =
  { kind: 'exists' } | { kind: 'does-not-exist' } | { kind: 'failed'; reason: string };

export interface RegistryOptions {
  log: EventLog;
  /** Told of faults that no answer can carry; the node decides what becomes of it. */
  onFailure: (error: unknown) => void;
}

export class Registry {
  readonly #log: EventLog;
  readonly reportFault: (error: unknown) => void;
  readonly #groups = new Map<string, PersistentSubscription>();
  #restarting: Promise<void> | undefined;
  /** Sources that have or had a group: listing those that never had one is an error. */
  readonly #knownSources = new Set<string>();
  #saving: Promise<unknown> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor({ log, onFailure }: RegistryOptions) {
    this.#log = log;
    this.reportFault = onFailure;
    this.#load();
    this.#timer = setInterval(() => this.#forEach((group) => group.tick(Date.now())), tickMs);
    this.#timer.unref();
    this.#stopListening = log.onCommit(() => this.#forEach((group) => group.wake()));
  }

  #forEach(action: (group: PersistentSubscription) => void): void {
    for (const group of this.#groups.values()) action(group);
  }

  #load(): void {
    const last = this.#log.lastEvent(configStream);
    for (const definition of last ? decodeDefinitions(last.data) : []) this.#start(definition);
  }

  #start(definition: GroupDefinition): PersistentSubscription {
    const group = new PersistentSubscription(definition, this.#log, this.reportFault);
    // Two changes at once may both come to this: whoever the first let in has to come again.
    this.#groups.get(subscriptionId(definition))?.stop();
    this.#groups.set(subscriptionId(definition), group);
    this.#knownSources.add(definition.source);
    group.advance();
    return group;
  }

  get(id: string): PersistentSubscription | undefined {
    return this.#groups.get(id);
  }

  all(): PersistentSubscription[] {
    return [...this.#groups.values()];
  }

  /** The groups of a source, or undefined if it never had one. */
  ofSource(source: string): PersistentSubscription[] | undefined {
    if (!this.#knownSources.has(source)) return undefined;
    return this.all().filter(({ definition }) => definition.source === source);
  }

  /** Throws a `SyntaxError` if the filter is no regular expression. */
  async create(definition: GroupDefinition): Promise<GroupRefusal | undefined> {
    const badStart = refusalOfStart(definition, this.#log.end());
    if (badStart !== undefined) return { kind: 'failed', reason: badStart };
    if (this.#groups.has(subscriptionId(definition))) return { kind: 'exists' };
    const badSizes = refusalOfSizes(definition);
    if (badSizes !== undefined) return { kind: 'failed', reason: badSizes };
    const group = this.#start(definition);
    try {
      await this.#save();
    } catch (error) {
      group.stop();
      this.#groups.delete(subscriptionId(definition));
      throw error;
    }
    return undefined;
  }

  /** Connected consumers are dropped; the group goes on from its checkpoint. */
  async update(changed: GroupDefinition): Promise<GroupRefusal | undefined> {
    const known = this.#groups.get(subscriptionId(changed));
    if (!known) return { kind: 'does-not-exist' };
    const { filter } = known.definition;
    const definition = filter ? { ...changed, filter } : changed;
    const reason = refusalOfStart(definition, this.#log.end()) ?? refusalOfSizes(definition);
    if (reason !== undefined) return { kind: 'failed', reason };
    known.stop();
    await known.settled();
    this.#start(definition);
    await this.#save();
    return undefined;
  }

  async delete(id: string): Promise<GroupRefusal | undefined> {
    const group = this.#groups.get(id);
    if (!group) return { kind: 'does-not-exist' };
    group.stop();
    // In this order: a group of the same name must never start from this one's checkpoint.
    await group.deleteStreams();
    this.#groups.delete(id);
    await this.#save();
    return undefined;
  }

  /** Starts every group anew from its checkpoint; whoever is connected is dropped. */
  restart(): Promise<void> {
    // One at a time: groups that two restarts started would run beside each other.
    this.#restarting ??= this.#restartAll().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  async #restartAll(): Promise<void> {
    const groups = this.all();
    for (const group of groups) group.stop();
    await Promise.all(groups.map((group) => group.settled()));
    for (const group of groups) {
      const { definition } = group;
      // Meanwhile it may have been deleted, or started anew by an update.
      if (this.#groups.get(subscriptionId(definition)) === group) this.#start(definition);
    }
  }

  /** One write at a time, each of the newest state. */
  async #save(): Promise<void> {
    const saved = this.#saving.then(() =>
      this.#log.append(configStream, {
        type: '$PersistentConfig',
        isJson: true,
        data: encodeDefinitions(this.all().map(({ definition }) => definition)),
      }),
    );
    // A failed write is told to whoever waits for it; the next one has to be tried nevertheless.
    this.#saving = saved.catch(() => undefined);
    await saved;
  }

  /** Settles when nothing is being written any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#forEach((group) => group.stop());
    await Promise.all(this.all().map((group) => group.settled()));
    await this.#saving;
  }
}
