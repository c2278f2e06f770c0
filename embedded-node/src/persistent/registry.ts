// All groups of the node. Their definitions are the last event of a system stream, so they survive
// a restart. A change is confirmed when it is on disk.
import type { Report } from '../report.js';
import { type EventLog, newestOf } from './ports.js';
import {
  refusalOfSizes,
  refusalOfStart,
  subscriptionId,
  type GroupDefinition,
} from './settings.js';
import { decodeDefinitions, encodeDefinitions, UnreadableGroups } from './stored-definitions.js';
import { PersistentSubscription } from './subscription.js';

const configStream = '$persistentSubscriptionConfig';
const unreadable = `An event in ${configStream} is no list of groups that this version can read`;
const tickMs = 1_000;

export type GroupRefusal =
  { kind: 'exists' } | { kind: 'does-not-exist' } | { kind: 'failed'; reason: string };

export interface RegistryOptions {
  log: EventLog;
  /** Called with faults that no response can carry. */
  onFailure: (error: unknown) => void;
  report: Report;
}

export class Registry {
  readonly #log: EventLog;
  readonly reportFault: (error: unknown) => void;
  readonly #groups = new Map<string, PersistentSubscription>();
  #restarting: Promise<void> | undefined;
  /** Sources that have or had a group: listing the groups of any other source is an error. */
  readonly #knownSources = new Set<string>();
  /** The write in progress, and the one after it, which has all changes until it begins. */
  #saving: Promise<void> = Promise.resolve();
  #nextSave: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor({ log, onFailure, report }: RegistryOptions) {
    this.#log = log;
    this.reportFault = onFailure;
    this.#load(report);
    this.#timer = setInterval(() => this.#forEach((group) => group.tick(Date.now())), tickMs);
    this.#timer.unref();
    this.#stopListening = log.onCommit(() => this.#forEach((group) => group.wake()));
  }

  #forEach(action: (group: PersistentSubscription) => void): void {
    for (const group of this.#groups.values()) action(group);
  }

  /** What cannot be read stays in the stream; the groups are those of the list before it. */
  #load(report: Report): void {
    const stored = newestOf(this.#log, configStream, (data) => {
      try {
        return decodeDefinitions(data);
      } catch (error) {
        if (!(error instanceof UnreadableGroups)) throw error;
        report(`${unreadable}: ${error.message}. The groups are those from before it`, 'groups');
        return undefined;
      }
    });
    for (const definition of stored ?? []) this.#start(definition);
  }

  #start(definition: GroupDefinition): PersistentSubscription {
    const group = new PersistentSubscription(definition, this.#log, this.reportFault);
    // Two concurrent changes may both get here: the first one's consumers must reconnect.
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

  /** Throws a `SyntaxError` if the filter is not a valid regular expression. */
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

  /** Drops connected consumers; the group continues from its checkpoint. */
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
    // In this order: a new group of the same name must never start from this one's checkpoint.
    await group.deleteStreams();
    this.#groups.delete(id);
    await this.#save();
    return undefined;
  }

  /** Restarts every group from its checkpoint and drops all consumers. */
  restart(): Promise<void> {
    // One at a time: otherwise the groups of two restarts would run concurrently.
    this.#restarting ??= this.#restartAll().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  async #restartAll(): Promise<void> {
    const groups = this.all();
    for (const group of groups) group.stop();
    await Promise.all(groups.map((group) => group.settled()));
    for (const group of groups) {
      const { definition } = group;
      // The group may have been deleted or updated in the meantime.
      if (this.#groups.get(subscriptionId(definition)) === group) this.#start(definition);
    }
  }

  /**
   * One write at a time, each of the newest state: changes that come while one is in progress share
   * the next, since each has all groups.
   */
  #save(): Promise<void> {
    this.#nextSave ??= this.#saving
      // A failed write is reported to its waiting callers; the next one must still run.
      .catch(() => undefined)
      .then(() => {
        this.#nextSave = undefined;
        this.#saving = this.#write();
        return this.#saving;
      });
    return this.#nextSave;
  }

  #write(): Promise<void> {
    return this.#log.append(configStream, {
      type: '$PersistentConfig',
      isJson: true,
      data: encodeDefinitions(this.all().map(({ definition }) => definition)),
    });
  }

  /** Resolves when no write is in progress. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#forEach((group) => group.stop());
    await Promise.all(this.all().map((group) => group.settled()));
    await (this.#nextSave ?? this.#saving).catch(() => undefined);
  }
}
