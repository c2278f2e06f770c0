// Writes what batches emit, and checkpoints. What one event emits is in one transaction; a batch
// that emits much has several, so that the appends of clients come to their turn in between. A log
// that cannot be written is tried again until the projection is to stop.
import { StreamDeleted, WriteFailed } from '../errors.js';
import { reasonOf } from '../reason-of.js';
import { EmittedStreams } from './emitted-streams.js';
import type { Emission, Emitter } from './emitter.js';
import { emittedStreamsStream } from './names.js';
import type { PartitionStates, StateParts } from './partition-states.js';
import { type Position, progressOf } from './position.js';
import { isOver, ProjectionFault, RefusedBatch, RunStopped } from './run-errors.js';
import { MOST_GENERATIONS, type SelfFeeding } from './self-feeding.js';

/** Pause after a failed write. */
const RETRY_MS = 1_000;
/** While no client writes. A hundred links take a few milliseconds. */
const EMITTED_AT_ONCE = 100;

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
   * @throws RefusedBatch, ProjectionFault, RunStopped
   */
  async write(emissions: readonly Emission[], byHandlers: readonly Emission[] = []): Promise<void> {
    if (emissions.length === 0) return;
    if (this.options.selfFeeding.isEndless(emissions.map(({ cause }) => cause))) {
      throw new RefusedBatch(
        `The projection handles what it emits, and so emits without end (${MOST_GENERATIONS} times in a row)`,
      );
    }
    const atOnce = this.parts.writer.backgroundShare ?? EMITTED_AT_ONCE;
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

  /** @throws ProjectionFault, RunStopped */
  async checkpoint(position: Position): Promise<void> {
    await this.transaction(() => this.states.write(position));
    this.states.written();
  }

  /** Before anything is appended, because an error would not take it back. */
  private demandAll(emissions: readonly Emission[]): void {
    const streams = new Map<string, boolean>();
    for (const { isOwn = false, ...emission } of emissions) {
      for (const name of targetsOf(emission)) {
        streams.set(name, isOwn && streams.get(name) !== false);
      }
    }
    for (const [stream, isOwn] of streams) demand(this.emitter.refusalOf(stream, isOwn));
    const { name, trackEmittedStreams } = this.options;
    const taken = trackEmittedStreams ? [emittedStreamsStream(name)] : [];
    demand(this.emitter.refusalOfAll(emissions.flatMap(targetsOf), taken));
  }

  private async transaction(work: () => void): Promise<void> {
    for (;;) {
      let met: unknown;
      try {
        await this.parts.writer.inBackground(() => {
          try {
            work();
          } catch (error) {
            met = error;
            // Any other error takes back what was appended, and fails the writes of others, too.
            if (!(error instanceof RefusedBatch)) throw error;
          }
        });
        if (met instanceof RefusedBatch) throw met;
        return;
      } catch (error) {
        this.emitter.forget();
        this.tracked.forget();
        if (error instanceof StreamDeleted) throw new ProjectionFault(isOver(error.stream));
        if (!(error instanceof WriteFailed)) throw error;
        // It would fail again, and the writes of others with it.
        if (met === error.cause && !isOfDisk(met)) throw new ProjectionFault(reasonOf(met));
        if (this.options.isStopping()) throw new RunStopped();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function targetsOf({ stream, linkedFrom }: Emission): string[] {
  return linkedFrom === undefined ? [stream] : [stream, linkedFrom];
}

function demand(refusal: string | undefined): void {
  if (refusal !== undefined) throw new RefusedBatch(refusal);
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

/** The log may be written again when there is room; any other error comes again. */
function isOfDisk(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error;
}
