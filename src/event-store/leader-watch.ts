// Tracks the leader of a cluster. It asks all nodes at once, every second, and each must answer
// within less. So a frozen or lost node delays nothing and is never chosen: the leader itself must
// answer. The client's own discovery asks the nodes in turn, five seconds each, and only after an
// error; after a resignation its reads would stay on a node that is now a follower.
import type { EventStoreDBClient } from '@eventstore/db-client';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { askGossip, type ClusterInfo, disconnect } from './client-internals.js';
import { StoreUnavailableError } from './errors.js';
import { isSame, nameOf, type NodeAddress } from './store-address.js';
import { delay, systemTime, type Time } from '../waiting/time.js';

const LOOK_EVERY_MS = 1_000;
/** Interval while no leader is known. */
const LOOK_AGAIN_MS = 100;
const ANSWER_MS = 800;
/**
 * Reconnect after this many failures: the old connection to a vanished machine never reaches its
 * successor.
 */
const RECONNECT_AFTER = 5;

const { LEADER } = gossip.MemberInfo.VNodeState;

export interface LeaderWatchOptions {
  readonly seeds: readonly NodeAddress[];
  readonly connect: (node: NodeAddress) => EventStoreDBClient;
  /** Called when the leader changes. */
  readonly onMove: () => void;
  readonly time?: Pick<Time, 'after' | 'background'>;
}

interface Waiting {
  readonly resolve: (leader: NodeAddress) => void;
  readonly reject: (error: Error) => void;
}

export class LeaderWatch {
  private known: NodeAddress | undefined;
  private members: readonly NodeAddress[] = [];
  private readonly links = new Map<string, GossipLink>();
  private waiting: Waiting[] = [];
  private looking: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly options: LeaderWatchOptions) {}

  /**
   * The last known leader; before the first success, waits for it.
   *
   * @throws StoreUnavailableError when the watch stops first
   */
  leader(): Promise<NodeAddress> {
    this.looking ??= this.keepLooking();
    if (this.known !== undefined) return Promise.resolve(this.known);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Looks at once, for callers with evidence that the leader has moved. */
  lookNow(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const { reject } of this.waiting.splice(0)) {
      reject(new StoreUnavailableError('the search for the leader'));
    }
    await Promise.all([...this.links.values()].map((link) => link.close()));
    await this.looking;
  }

  private async keepLooking(): Promise<void> {
    const isOver = () => this.stopping.signal.aborted;
    while (!isOver()) {
      const round = new Round(this.known, (node) => this.ask(node));
      const found = await round.run(this.members.length > 0 ? this.members : this.options.seeds);
      if (isOver()) return;
      this.members = round.members;
      this.forgetOthers();
      if (found !== undefined) this.follow(found);
      await this.pause();
    }
  }

  private follow(leader: NodeAddress): void {
    const before = this.known;
    this.known = leader;
    for (const { resolve } of this.waiting.splice(0)) resolve(leader);
    if (before !== undefined && !isSame(before, leader)) this.options.onMove();
  }

  private ask(node: NodeAddress): Promise<ClusterInfo> {
    const name = nameOf(node);
    const link = this.links.get(name) ?? new GossipLink(() => this.options.connect(node));
    this.links.set(name, link);
    return link.ask();
  }

  /**
   * Each member keeps a connection, which makes a look cheap; connections to former members are
   * closed.
   */
  private forgetOthers(): void {
    const names = new Set(this.members.map(nameOf));
    for (const [name, link] of this.links) {
      if (names.has(name)) continue;
      this.links.delete(name);
      link.close().catch(() => undefined);
    }
  }

  private async pause(): Promise<void> {
    const { after, background } = this.options.time ?? systemTime;
    const isFound = this.known !== undefined;
    const early = new AbortController();
    this.wake = () => early.abort();
    const signal = AbortSignal.any([early.signal, this.stopping.signal]);
    // The watch alone does not keep the process alive.
    const wait = { after: isFound ? background : after };
    await delay(wait, isFound ? LOOK_EVERY_MS : LOOK_AGAIN_MS, signal);
  }
}

/** The connection that asks one node; it is replaced after several failures. */
class GossipLink {
  private client: EventStoreDBClient;
  private failures = 0;

  constructor(private readonly connect: () => EventStoreDBClient) {
    this.client = connect();
  }

  async ask(): Promise<ClusterInfo> {
    try {
      const answer = await askGossip(this.client, ANSWER_MS);
      this.failures = 0;
      return answer;
    } catch (error) {
      this.failures += 1;
      if (this.failures % RECONNECT_AFTER === 0) {
        this.close().catch(() => undefined);
        this.client = this.connect();
      }
      throw error;
    }
  }

  close(): Promise<void> {
    return disconnect(this.client);
  }
}

/** One look at all nodes. */
class Round {
  private readonly asked = new Map<string, NodeAddress>();
  /** By the name of the node that answered: the leader that it reported. */
  private readonly votes = new Map<string, NodeAddress | undefined>();
  private readonly found = new Map<string, NodeAddress>();

  constructor(
    private readonly before: NodeAddress | undefined,
    private readonly ask: (node: NodeAddress) => Promise<ClusterInfo>,
  ) {}

  /** The members that the answers named; empty when no node answered. */
  get members(): readonly NodeAddress[] {
    return [...this.found.values()];
  }

  /** Resolves as soon as most nodes agree; otherwise with the nodes that answered in time. */
  run(nodes: readonly NodeAddress[]): Promise<NodeAddress | undefined> {
    return new Promise((resolve) => {
      const hear = async (node: NodeAddress): Promise<void> => {
        this.asked.set(nameOf(node), node);
        try {
          const members = membersOf(await this.ask(node));
          this.votes.set(nameOf(node), members.find(({ leads }) => leads)?.node);
          for (const { node: member } of members) this.found.set(nameOf(member), member);
          const others = members.filter((each) => !this.asked.has(nameOf(each.node)));
          const hearing = Promise.all(others.map((other) => hear(other.node)));
          const agreed = this.best(this.asked.size / 2);
          if (agreed !== undefined) resolve(agreed);
          await hearing;
        } catch {
          // A node that does not answer has no vote. If none answers, the next look asks the seeds.
        }
      };
      void Promise.all(nodes.map(hear)).then(() => resolve(this.best(0)));
    });
  }

  /** Among the leaders that answered, the one with the most votes, if it has more than `least`. */
  private best(least: number): NodeAddress | undefined {
    const counts = new Map<string, number>();
    for (const leader of this.votes.values()) {
      if (leader === undefined || !this.votes.has(nameOf(leader))) continue;
      counts.set(nameOf(leader), (counts.get(nameOf(leader)) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    if (!(most > least)) return undefined;
    const first = [...counts].filter(([, count]) => count === most).map(([name]) => name);
    const before = this.before && nameOf(this.before);
    const chosen = before !== undefined && first.includes(before) ? before : first[0];
    return chosen === undefined ? undefined : this.found.get(chosen);
  }
}

function membersOf(info: ClusterInfo): { readonly node: NodeAddress; readonly leads: boolean }[] {
  return info.getMembersList().flatMap((member) => {
    const endPoint = member.getHttpEndPoint();
    if (endPoint === undefined) return [];
    const node = { address: endPoint.getAddress(), port: endPoint.getPort() };
    return [{ node, leads: member.getIsAlive() && member.getState() === LEADER }];
  });
}
