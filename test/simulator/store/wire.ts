// One connection between a client and a node. Messages arrive in the order in which they were sent,
// each in a step of its own, unless the connection breaks before. A frozen node reads what was sent
// to it when it goes on, and sends what it had to say then.
import type { Randomness } from '../randomness.js';
import type { ClusterNode } from './cluster-node.js';
import type { Span } from './replication.js';
import type { Steps } from './steps.js';

export interface WireOptions {
  readonly node: ClusterNode;
  readonly client: Steps;
  readonly store: Steps;
  readonly latency: Span;
  readonly randomness: Randomness;
}

type Task = () => void;

export class Wire {
  isBroken = false;
  private readonly requests: Lane;
  private readonly answers: Lane;
  private readonly nodeListeners = new Set<Task>();
  private readonly clientListeners = new Set<Task>();
  private readonly leaveNode: Task;
  /** What a frozen node would have said by now. */
  private readonly unsaid: Task[] = [];

  constructor(private readonly options: WireOptions) {
    const { node, client, store } = options;
    const name = `node ${node.index}`;
    this.requests = new Lane(options, store, `request to ${name}`);
    this.answers = new Lane(options, client, `answer of ${name}`);
    this.requests.isHeld = node.state === 'frozen';
    this.leaveNode = node.onState(() => this.follow());
  }

  /** Takes place at the node, unless the connection breaks before. */
  toNode(task: Task): void {
    if (!this.isBroken) this.requests.send(task);
  }

  /** Takes place at the client, unless the connection breaks before. */
  toClient(task: Task): void {
    const { client, node } = this.options;
    if (!client.isAlive) this.end();
    else if (node.state === 'frozen') this.unsaid.push(task);
    else if (!this.isBroken) this.answers.send(task);
  }

  /** What is under way arrives nowhere; both sides learn of it, the client later. */
  break(): void {
    if (this.isBroken) return;
    this.end();
    this.answers.after('connection lost', () => {
      for (const listener of [...this.clientListeners]) listener();
    });
  }

  /** The client needs it no more, and is not told. */
  end(): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.leaveNode();
    this.requests.clear();
    this.answers.clear();
    this.unsaid.length = 0;
    for (const listener of [...this.nodeListeners]) listener();
  }

  /** Calls the node's side back when it breaks; the result stops that. */
  onEndAtNode(listener: Task): Task {
    this.nodeListeners.add(listener);
    return () => this.nodeListeners.delete(listener);
  }

  /** Calls the client's side back when it learns that it broke; the result stops that. */
  onBreakAtClient(listener: Task): Task {
    this.clientListeners.add(listener);
    return () => this.clientListeners.delete(listener);
  }

  private follow(): void {
    const { state } = this.options.node;
    if (state === 'away') {
      this.break();
      return;
    }
    this.requests.isHeld = state === 'frozen';
    if (state === 'up') for (const task of this.unsaid.splice(0)) this.answers.send(task);
  }
}

/** Messages in one direction. */
class Lane {
  private readonly tasks: Task[] = [];
  /** How many have arrived that are not taken yet. */
  private arrived = 0;
  private held = false;
  /** When the last one that was sent arrives. */
  private lastMs = 0;

  constructor(
    private readonly options: Pick<WireOptions, 'latency' | 'randomness'>,
    private readonly steps: Steps,
    private readonly label: string,
  ) {}

  set isHeld(held: boolean) {
    this.held = held;
    if (held) return;
    for (; this.arrived > 0; this.arrived -= 1) this.after(this.label, () => this.deliver());
  }

  send(task: Task): void {
    this.tasks.push(task);
    // Of steps that are due at once any may come first, so each takes the message that is next.
    this.after(this.label, () => this.deliver());
  }

  after(label: string, task: Task): void {
    const { randomness, latency } = this.options;
    const now = this.steps.monotonicMs();
    const ms = latency.leastMs + randomness.below(latency.mostMs - latency.leastMs + 1);
    this.lastMs = Math.max(this.lastMs, now + ms);
    this.steps.after(this.lastMs - now, label, task);
  }

  clear(): void {
    this.tasks.length = 0;
  }

  private deliver(): void {
    if (this.held) this.arrived += 1;
    else this.tasks.shift()?.();
  }
}
