// Hands batches of events to the query in its sandbox, with the states that they need.
import type { Batch, BatchOutcome } from '../sandbox/protocol.js';
import { SandboxError } from '../sandbox/protocol.js';
import { SandboxLost, type SandboxSession } from '../sandbox/sandbox-thread.js';
import type { Incoming } from './incoming-events.js';
import { outcomeIn, partitionsIn } from './outcome.js';
import type { PartitionStates } from './partition-states.js';
import { ProjectionFault, RunStopped } from './run-errors.js';

export interface Handled {
  /** The events that belong to a partition, with its name. */
  readonly incoming: readonly Incoming[];
  readonly outcome: BatchOutcome;
}

const NO_OUTCOME: BatchOutcome = { states: [], results: [], emitted: [] };

export class BatchHandler {
  /** CPU time of all batches. */
  processingMs = 0;
  /** What the engine has reserved after the last batch. */
  memoryBytes = 0;
  /** The partition whose state the sandbox holds; undefined in a new one. */
  private held: string | undefined;

  constructor(
    private session: SandboxSession,
    private readonly open: () => Promise<SandboxSession>,
    private readonly states: PartitionStates,
  ) {}

  /** @throws SandboxError, SandboxLost: repeat it after `reopen` */
  async handle(batch: readonly Incoming[]): Promise<Handled> {
    const incoming = await this.partitioned(batch);
    if (incoming.length === 0) return { incoming, outcome: NO_OUTCOME };
    const events = incoming.map(({ input }) => input);
    const json = JSON.stringify({ events, states: this.statesFor(events) } satisfies Batch);
    const answer = await this.session.run('process', json);
    this.processingMs += answer.tookMs;
    this.memoryBytes = answer.memoryBytes;
    const outcome = outcomeIn(answer.json, events.length);
    this.held = events.at(-1)?.partition;
    return { incoming, outcome };
  }

  /** A new sandbox, which knows nothing of what the old one did. */
  async reopen(): Promise<void> {
    this.session.close();
    this.held = undefined;
    try {
      this.session = await this.open();
    } catch (error) {
      if (error instanceof SandboxError) throw new ProjectionFault(error.message);
      if (error instanceof SandboxLost) throw new RunStopped();
      throw error;
    }
  }

  close(): void {
    this.session.close();
  }

  /** Events of no partition are left out, as on the real server. */
  private async partitioned(batch: readonly Incoming[]): Promise<readonly Incoming[]> {
    if (!this.session.definition.byCustomPartitions) return batch;
    const events = batch.map(({ input }) => input);
    const answer = await this.session.run('partitions', JSON.stringify(events));
    const partitions = partitionsIn(answer.json, events.length);
    return batch.flatMap(({ input, cause }, index) => {
      const partition = partitions[index] ?? null;
      return partition === null ? [] : [{ input: { ...input, partition }, cause }];
    });
  }

  private statesFor(events: Batch['events']): Batch['states'] {
    const names = new Set(events.map(({ partition }) => partition));
    const { isBiState } = this.session.definition;
    if (isBiState && this.held === undefined) names.add('');
    if (this.held !== undefined) names.delete(this.held);
    return Object.fromEntries([...names].map((name) => [name, this.states.of(name).state]));
  }
}
