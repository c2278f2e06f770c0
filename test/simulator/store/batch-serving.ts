// The node's side of a call for appends: parts of appends come in as bytes, each append is answered
// once it is committed, and what can go wrong with one append goes wrong here.
import { exactly } from '../../../embedded-node/src/write/append-call.js';
import { statusMessage, timedOut } from '../../../embedded-node/src/write/batch-statuses.js';
import type { Expectation } from '../../../embedded-node/src/write/expectation.js';
import { AppendMemory, IncomingEvents } from '../../../embedded-node/src/write/incoming-events.js';
import { StatusError, unexpected } from '../../../embedded-node/src/wire/statuses.js';
import {
  type BatchOptions,
  batchRefusal,
  type BatchRequest,
  batchRequest,
  batchSuccess,
} from '../../../embedded-node/src/wire/batch-messages.js';
import type { StatusMessage } from '../../../embedded-node/src/wire/codecs.js';
import {
  StreamDeleted,
  WriteFailed,
  WrongExpectedVersion,
} from '../../../embedded-node/src/errors.js';
import { notLeader } from './call-errors.js';
import type { Cluster } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import type { Faults } from './faults.js';
import type { Steps } from './steps.js';
import type { Accepted, ProposedAppend } from './writes.js';

/** What a call's answers go to. */
export interface BatchSink {
  answer(message: Uint8Array): void;
  /** Ends the call. */
  fail(error: StatusError): void;
}

export interface Served {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly steps: Steps;
  readonly faults: Faults;
  readonly requiresLeader: boolean;
}

/** An append of which parts are still to come. */
interface Gathering {
  readonly correlationId: Uint8Array;
  readonly options: BatchOptions;
  readonly events: IncomingEvents;
}

type Echo = Pick<Gathering, 'correlationId' | 'options'>;

export class BatchServing {
  private readonly gathering = new Map<string, Gathering>();
  private readonly memory = new AppendMemory();
  private isOver = false;

  constructor(
    private readonly served: Served,
    private readonly sink: BatchSink,
  ) {}

  /** A call may be open since before another node came to lead: each append is judged anew. */
  open(): void {
    const { cluster, node, requiresLeader } = this.served;
    if (requiresLeader && !node.leads) this.fail(notLeader(cluster.leader.index));
  }

  receive(bytes: Uint8Array): void {
    this.open();
    if (!this.isOver) this.take(batchRequest(bytes));
  }

  /** Nobody hears its answers any more. */
  stop(): void {
    this.isOver = true;
  }

  private fail(error: StatusError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sink.fail(error);
  }

  private take({ correlation, options, events, isFinal }: BatchRequest): void {
    const { text: key, bytes: correlationId } = correlation;
    if (key === '') {
      this.fail(unexpected());
      return;
    }
    const gathering = this.gathering.get(key) ?? (options && this.begin(correlationId, options));
    // Parts of an append whose beginning never came are nobody's, and get no answer.
    if (gathering === undefined) return;
    this.gathering.set(key, gathering);
    try {
      for (const message of events) gathering.events.add(message);
      if (isFinal) this.finish(key, gathering);
    } catch (error) {
      demandRefusal(error);
      this.gathering.delete(key);
      gathering.events.discard();
      this.refuse(gathering, statusMessage(error));
    }
  }

  private begin(correlationId: Uint8Array, options: BatchOptions): Gathering {
    const events = new IncomingEvents(this.memory, (reason) => this.fail(reason));
    return { correlationId, options, events };
  }

  private finish(key: string, { correlationId, options, events }: Gathering): void {
    const { faults } = this.served;
    this.gathering.delete(key);
    const append: ProposedAppend = {
      stream: options.stream,
      events: events.take(),
      expected: expectationOf(options),
    };
    if (append.stream === '') throw unexpected();
    if (this.isTooLate(options)) {
      this.refuse({ correlationId, options }, timedOut());
      return;
    }
    this.carryOut(append, (accepted) => this.respond({ correlationId, options }, accepted));
    // Only what was taken: a network repeats nothing that was answered with a refusal.
    if (faults.strikes('appendAgain')) this.deliverAgain(append);
  }

  private isTooLate({ deadline }: BatchOptions): boolean {
    if (deadline === undefined) return false;
    return 'atMs' in deadline ? deadline.atMs <= this.served.steps.now() : deadline.afterMs <= 0;
  }

  /** A follower hands on what does not have to reach the leader itself. */
  private carryOut(append: ProposedAppend, answer: (accepted: Accepted) => void): void {
    const { cluster, node } = this.served;
    cluster.append(node.leads ? node : cluster.leader, append, answer);
  }

  /** At the same leader, while it leads; nobody waits for the answer of the second one. */
  private deliverAgain(append: ProposedAppend): void {
    const { cluster, faults, steps } = this.served;
    const { leader, term } = cluster;
    const ms = faults.between('appendAgain', 0, 5_000);
    steps.after(ms, 'the same append again', () => {
      if (cluster.term !== term || leader.state !== 'up') return;
      faults.count('appendAgain');
      try {
        cluster.append(leader, append, () => undefined);
      } catch (error) {
        demandRefusal(error);
      }
    });
  }

  private respond(echo: Echo, accepted: Accepted): void {
    const { faults, steps } = this.served;
    if (faults.strikes('answerLost')) {
      faults.count('answerLost');
      return;
    }
    if (!faults.strikes('answerLate')) {
      this.confirm(echo, accepted);
      return;
    }
    faults.count('answerLate');
    const ms = faults.between('answerLate', 500, 8_000);
    steps.after(ms, 'late answer', () => this.confirm(echo, accepted));
  }

  private confirm({ correlationId, options }: Echo, accepted: Accepted): void {
    if (!this.isOver) this.sink.answer(batchSuccess(correlationId, options.identifier, accepted));
  }

  private refuse({ correlationId, options }: Echo, reason: StatusMessage): void {
    this.sink.answer(batchRefusal(correlationId, options.identifier, reason));
  }
}

/** @throws what is not a node's answer but a mistake of the simulation */
function demandRefusal(error: unknown): void {
  const refusals = [WrongExpectedVersion, StreamDeleted, WriteFailed, StatusError];
  if (!refusals.some((refusal) => error instanceof refusal)) throw error;
}

/** @throws StatusError where there is none */
function expectationOf({ expectation }: BatchOptions): Expectation {
  if (expectation === undefined) throw unexpected();
  return typeof expectation === 'string' ? expectation : exactly(expectation.revision);
}
