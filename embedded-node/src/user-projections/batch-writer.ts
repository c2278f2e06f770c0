// Writes what batches emit, and checkpoints, each in a transaction of its own. A log that cannot be
// written is tried again until the projection is to stop.
import { WriteFailed } from '../errors.js';
import { EmittedStreams } from './emitted-streams.js';
import type { Emission, Emitter } from './emitter.js';
import type { PartitionStates, StateParts } from './partition-states.js';
import type { Position } from './position.js';
import { RefusedBatch, RunStopped } from './run-errors.js';
import { MOST_GENERATIONS, SelfFeeding } from './self-feeding.js';

/** Pause after a failed write. */
const RETRY_MS = 1_000;

export class BatchWriter {
  private readonly selfFeeding = new SelfFeeding();
  private readonly tracked: EmittedStreams;

  constructor(
    private readonly parts: StateParts,
    private readonly emitter: Emitter,
    private readonly states: PartitionStates,
    private readonly options: {
      readonly name: string;
      readonly trackEmittedStreams: boolean;
      readonly isStopping: () => boolean;
    },
  ) {
    this.tracked = new EmittedStreams(parts, options.name);
  }

  /**
   * @param byHandlers those of the events that the query itself emitted
   * @throws RefusedBatch, RunStopped
   */
  async write(emissions: readonly Emission[], byHandlers: readonly Emission[] = []): Promise<void> {
    if (emissions.length === 0) return;
    if (this.selfFeeding.isEndless(emissions.map(({ cause }) => cause))) {
      throw new RefusedBatch(
        `The projection handles what it emits, and so emits without end (${MOST_GENERATIONS} times in a row)`,
      );
    }
    let positions: number[][] = [];
    await this.transaction(() => {
      this.demandAll(emissions);
      positions = this.emitter.append(emissions);
      if (this.options.trackEmittedStreams) {
        this.tracked.track(byHandlers.map(({ stream }) => stream));
      }
    });
    emissions.forEach(({ cause }, index) => {
      this.selfFeeding.emitted(cause, positions[index] ?? []);
    });
  }

  /** @throws RunStopped */
  async checkpoint(position: Position): Promise<void> {
    await this.transaction(() => this.states.write(position));
    this.states.written();
  }

  /** Before anything is appended, because an error would not take it back. */
  private demandAll(emissions: readonly Emission[]): void {
    const streams = new Map<string, boolean>();
    for (const { stream, linkedFrom, isOwn = false } of emissions) {
      for (const name of linkedFrom === undefined ? [stream] : [stream, linkedFrom]) {
        streams.set(name, isOwn && streams.get(name) !== false);
      }
    }
    for (const [stream, isOwn] of streams) {
      const refusal = this.emitter.refusalOf(stream, isOwn);
      if (refusal !== undefined) throw new RefusedBatch(refusal);
    }
  }

  private async transaction(work: () => void): Promise<void> {
    for (;;) {
      let refused: RefusedBatch | undefined;
      try {
        await this.parts.writer.system(() => {
          refused = refusalIn(work);
        });
        if (refused !== undefined) throw refused;
        return;
      } catch (error) {
        this.emitter.forget();
        this.tracked.forget();
        if (!(error instanceof WriteFailed)) throw error;
        if (this.options.isStopping()) throw new RunStopped();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** An error in the writer's work would fail the writes of others, too. */
function refusalIn(work: () => void): RefusedBatch | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof RefusedBatch) return error;
    throw error;
  }
}
