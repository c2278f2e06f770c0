// The node's side of a read or a subscription: page by page, the next one once the last one was
// taken, and what can go wrong with a page goes wrong here.
import { status } from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { readRequest } from '../../../embedded-node/src/read/read-request.js';
import { confirmationMessage } from '../../../embedded-node/src/wire/read-messages.js';
import {
  consumerTooSlow,
  nodeStops,
  StatusError,
} from '../../../embedded-node/src/wire/statuses.js';
import type { Served } from './batch-serving.js';
import { notLeader } from './call-errors.js';
import { answersTo } from './reads.js';
import { Subscription } from './subscription.js';

/** What a call's answers go to. */
export interface ReadSink {
  /** `taken` is called when it was taken, and more is wanted. */
  answer(messages: readonly Uint8Array[], taken: () => void): void;
  end(): void;
  fail(error: StatusError): void;
}

/** How many events of a read go together. */
const PAGE = 64;
/** Of a subscription, which nobody looks at. */
const CONFIRMATION = confirmationMessage('00000000-0000-4000-8000-000000000000');

export class ReadServing {
  private isOver = false;
  private stopWaiting: () => void = () => undefined;

  constructor(
    private readonly served: Served,
    private readonly sink: ReadSink,
  ) {}

  serve(request: InstanceType<typeof streams.ReadReq>): void {
    const { cluster, node, requiresLeader } = this.served;
    try {
      if (requiresLeader && !node.leads) throw notLeader(cluster.leader.index);
      const asked = readRequest(request.getOptions());
      if (asked.maxCount === undefined) this.follow(new Subscription(node.view(), asked));
      else this.read(answersTo(node.view(), asked)[Symbol.iterator]());
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Nobody hears its answers any more. */
  stop(): void {
    this.isOver = true;
    this.stopWaiting();
  }

  private fail(error: StatusError): void {
    if (this.isOver) return;
    this.stop();
    this.sink.fail(error);
  }

  /** @throws what is not a node's answer but a mistake of the simulation */
  private refuse(error: unknown): void {
    if (!(error instanceof StatusError)) throw error;
    this.fail(error);
  }

  private end(): void {
    if (this.isOver) return;
    this.stop();
    this.sink.end();
  }

  private read(answers: Iterator<Uint8Array>): void {
    if (this.isOver) return;
    const page: Uint8Array[] = [];
    while (page.length < PAGE) {
      const next = answers.next();
      if (next.done === true) break;
      page.push(next.value);
    }
    this.noteStale();
    const isLast = page.length < PAGE;
    this.unlessStalled(() => {
      if (isLast) {
        if (page.length > 0) this.sink.answer(page, () => undefined);
        this.end();
      } else this.sink.answer(page, () => this.read(answers));
    });
  }

  private follow(subscription: Subscription): void {
    this.sink.answer([CONFIRMATION], () => this.next(subscription));
  }

  private next(subscription: Subscription): void {
    const { node } = this.served;
    if (this.isOver) return;
    try {
      const page = subscription.next(node.view());
      if (page.length > 0) this.send(subscription, page);
      else this.waitForMore(subscription);
    } catch (error) {
      this.refuse(error);
    }
  }

  private waitForMore(subscription: Subscription): void {
    this.stopWaiting = this.served.node.onMore(() => {
      this.stopWaiting();
      this.next(subscription);
    });
  }

  private send(subscription: Subscription, page: readonly Uint8Array[]): void {
    const { faults } = this.served;
    if (faults.strikes('subscriptionDropped')) {
      faults.count('subscriptionDropped');
      this.drop();
      return;
    }
    if (faults.strikes('subscriptionQuiet')) {
      faults.count('subscriptionQuiet');
      return;
    }
    this.noteStale();
    this.unlessStalled(() =>
      this.sink.answer(page, () => {
        if (faults.strikes('subscriptionRepeated') && subscription.goBack()) {
          faults.count('subscriptionRepeated');
        }
        this.next(subscription);
      }),
    );
  }

  /** As real servers do: for a slow consumer, at a shutdown, or without a word. */
  private drop(): void {
    const ends = [
      () => this.fail(consumerTooSlow()),
      () => this.fail(nodeStops()),
      () => this.fail(new StatusError(status.UNKNOWN, 'Exception was thrown by handler.')),
      () => this.end(),
    ];
    this.served.faults.pick('subscriptionDropped', ends)();
  }

  private noteStale(): void {
    const { cluster, node, faults } = this.served;
    if (node.shown < cluster.committed) faults.count('staleAnswer');
  }

  private unlessStalled(goOn: () => void): void {
    const { faults, steps } = this.served;
    if (!faults.strikes('stalled')) {
      goOn();
      return;
    }
    faults.count('stalled');
    steps.after(faults.between('stalled', 200, 10_000), 'stalled answer goes on', () => {
      if (!this.isOver) goOn();
    });
  }
}
