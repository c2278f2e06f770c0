// The parked events of a shared reaction. They are in the store, for all instances; an installation
// from before that may have some in a file of its own too.
import { hash } from 'node:crypto';
import { reasonOf } from '../errors/reason-of.js';
import type { ParkedLink } from '../event-store/parked-links.js';
import type { EventGroup, PersistentGroups } from '../event-store/persistent-groups.js';
import { withTimeout } from '../waiting/with-timeout.js';
import type { ParkedFact, ParkedFacts } from './parked-facts.js';
import type { Reaction } from './reaction.js';
import type { ParkedPage } from './running-reaction.js';

export interface SharedParkingPorts {
  readonly groups: Pick<PersistentGroups, 'status' | 'parked' | 'replayParked'>;
  readonly earlier: Pick<ParkedFacts, 'count' | 'list'>;
}

/** The name tells the filter, which the store cannot change. */
export function groupOf({ name, types }: Pick<Reaction, 'name' | 'types'>): EventGroup {
  const filter = hash('sha256', JSON.stringify(types.toSorted()), 'hex').slice(0, 8);
  const family = `cartograph-${name}-`;
  return { name: `${family}${filter}`, family, types };
}

/** No reason is longer: the store keeps it as it is. */
const MOST_CHARACTERS = 1_000;
const COUNT_MS = 1_500;

export class SharedParking {
  readonly name: string;
  readonly group: EventGroup;
  /** As last told by the store. */
  private known = 0;

  constructor(
    reaction: Pick<Reaction, 'name' | 'types'>,
    private readonly ports: SharedParkingPorts,
  ) {
    this.name = reaction.name;
    this.group = groupOf(reaction);
  }

  /** While the store is away, the count that it told last. */
  async count(): Promise<number> {
    const { groups, earlier } = this.ports;
    try {
      const late = () => new Error('no answer in time');
      const status = await withTimeout(groups.status(this.group.name), COUNT_MS, late);
      this.known = status?.parked ?? 0;
    } catch {
      // `status` of the reaction tells that the store is away.
    }
    return this.known + earlier.count(this.name);
  }

  /** A page, in the order of parking. @throws StoreUnavailableError */
  async list({ first, offset }: ParkedPage): Promise<readonly ParkedFact[]> {
    const { name, ports } = this;
    const { groups, earlier } = ports;
    const old = earlier.list(name, first, offset);
    const rest = first - old.length;
    if (rest === 0) return old;
    const skip = Math.max(0, offset - earlier.count(name));
    const links = await groups.parked(this.group.name, { first: rest, offset: skip });
    return [...old, ...links.map((link) => factOf(name, link))];
  }

  /**
   * The store gives its parked events to the consumers. It keeps them in memory until then, so it
   * is not asked for that without a consumer. Resolves before their outcome.
   *
   * @returns whether there is a consumer
   * @throws StoreUnavailableError
   */
  async replay(): Promise<boolean> {
    const { name } = this.group;
    const status = await this.ports.groups.status(name);
    if (status === undefined || status.consumers === 0) return false;
    await this.ports.groups.replayParked(name);
    return true;
  }

  /** Whether each event that was given to the consumers has an outcome. */
  async isSettled(): Promise<boolean> {
    return ((await this.ports.groups.status(this.group.name))?.unfinished ?? 0) === 0;
  }

  /** The store keeps a reason and no number of attempts. */
  reasonFor(attempts: number, cause: unknown): string {
    return `Tried ${attempts} times: ${reasonOf(cause)}`.slice(0, MOST_CHARACTERS);
  }
}

function factOf(reaction: string, { reason: words, ...link }: ParkedLink): ParkedFact {
  const [, attempts = '1', reason = words] = /^Tried (\d+) times: (.*)$/s.exec(words) ?? [];
  return { ...link, reaction, reason, attempts: Number(attempts) };
}
