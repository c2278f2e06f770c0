// Writes what batches emit, and checkpoints. What one event emits is in one transaction; a batch
// that emits much has several, so that the appends of clients come to their turn in between. A log
// that cannot be written is tried again until the projection is to stop.
import { WriteFailed } from '../errors.js';
import { EmittedStreams } from './emitted-streams.js';
import type { Emission, Emitter } from './emitter.js';
import type { PartitionStates, StateParts } from './partition-states.js';
import { type Position, progressOf } from './position.js';
import { RefusedBatch, RunStopped } from './run-errors.js';
import { MOST_GENERATIONS, type SelfFeeding } from './self-feeding.js';

/** Pause after a failed write. */
const RETRY_MS = 1_000;
/** A hundred links take a few milliseconds. While clients write, they wait for a turn's end. */
const EMITTED_AT_ONCE = { quiet: 100, busy: 10 };

export class BatchWriter {
  private readonly tracked: EmittedStreams;

  constructor(
    private readonly parts: StateParts,
    private readonly emitter: Emitter,
    private readonly states: PartitionStates,
    private readonly options: {
      readonly name: string;
      readonly trackEmittedStreams: boolean;
      readonly selfFeeding: SelfFeeding;
      readonly isStopping: () => boolean;
    },
  ) {
    this.tracked = new EmittedStreams(parts, options.name);
    options.selfFeeding.begin(options.name);
  }

  /**
   * @param byHandlers those of the events that the query itself emitted
   * @throws RefusedBatch, RunStopped
   */
  async write(emissions: readonly Emission[], byHandlers: readonly Emission[] = []): Promise<void> {
    if (emissions.length === 0) return;
    if (this.options.selfFeeding.isEndless(emissions.map(({ cause }) => cause))) {
      throw new RefusedBatch(
        `The projection handles what it emits, and so emits without end (${MOST_GENERATIONS} times in a row)`,
      );
    }
    const { areClientsWriting } = this.parts.writer;
    const atOnce = areClientsWriting ? EMITTED_AT_ONCE.busy : EMITTED_AT_ONCE.quiet;
    const [first = [], ...others] = inTurns(emissions, atOnce);
    await this.writeTurn(first, () => {
      this.demandAll(emissions);
      if (this.options.trackEmittedStreams) {
        this.tracked.track(byHandlers.map(({ stream }) => stream));
      }
    });
    // Others may have written to the streams since the turn before.
    for (const turn of others) await this.writeTurn(turn, () => this.demandAll(turn));
  }

  /** @param prepare what comes before in the same transaction */
  private async writeTurn(turn: readonly Emission[], prepare: () => void): Promise<void> {
    const { name, selfFeeding } = this.options;
    let positions: number[][] = [];
    await this.transaction(() => {
      prepare();
      positions = this.emitter.append(turn);
    });
    turn.forEach(({ cause }, index) => {
      selfFeeding.emitted(name, cause, positions[index] ?? []);
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
        await this.parts.writer.inBackground(() => {
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

/** In the order of the events, each with all that it emits. */
function inTurns(emissions: readonly Emission[], atOnce: number): Emission[][] {
  const at = ({ cause }: Emission) => progressOf(cause.position);
  const turns: Emission[][] = [];
  let turn: Emission[] = [];
  for (const emission of emissions.toSorted((one, other) => at(one) - at(other))) {
    const last = turn.at(-1);
    if (last === undefined || (turn.length >= atOnce && at(last) !== at(emission))) {
      turn = [];
      turns.push(turn);
    }
    turn.push(emission);
  }
  return turns;
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
