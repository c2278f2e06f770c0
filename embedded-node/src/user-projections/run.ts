// One run of a projection, from its last checkpoint on: reads a page of its source, lets the query
// handle it, and writes what came of it. A batch that fails is repeated event by event, so that the
// event at fault is known and those before it count.
import { SandboxError } from '../sandbox/protocol.js';
import { SandboxLost, type SandboxSession } from '../sandbox/sandbox-thread.js';
import { BatchHandler, type Handled } from './batch-handler.js';
import { BatchWriter } from './batch-writer.js';
import { BYTES_A_CHARACTER } from './bounds.js';
import { Emitter, type Emission } from './emitter.js';
import { EventChoice, type Incoming } from './incoming-events.js';
import { PartitionStates, type StateParts } from './partition-states.js';
import { type Position, positionText, startOf, type WrittenBy } from './position.js';
import type { RunProgress } from './progress.js';
import { ResultStreams } from './result-streams.js';
import { ProjectionFault, RefusedBatch, RunStopped } from './run-errors.js';
import type { SelfFeeding } from './self-feeding.js';
import { readPage, type SourceParts } from './source.js';
import { streamsOf } from './source-rules.js';

export type RunParts = SourceParts &
  StateParts & {
    /** Of all projections: several may feed each other. */
    readonly selfFeeding: SelfFeeding;
  };

export interface RunOptions {
  readonly name: string;
  readonly by: WrittenBy;
  /** Ends where the log ends, and writes its results there. */
  readonly isQuery: boolean;
  readonly hasCheckpoints: boolean;
  readonly emitEnabled: boolean;
  readonly trackEmittedStreams: boolean;
  readonly mayRead: (stream: string) => boolean;
  readonly mayWrite: (stream: string) => boolean;
  readonly open: () => Promise<SandboxSession>;
  /** @throws ProjectionFault if that is too much beside all others */
  readonly noteMemory: (bytes: number) => void;
}

/** How a run ended. */
export type RunEnd =
  | { readonly type: 'stopped' | 'completed' }
  | { readonly type: 'faulted'; readonly reason: string };

/** Events read at once. While clients write, they wait for the end of a page. */
const PAGE = { quiet: 250, least: 25 };
/** The real server's threshold; it counts bytes of what a projection does not handle. */
const HANDLED_UNTIL_CHECKPOINT = 4_000;
const UNHANDLED_UNTIL_CHECKPOINT = 50_000;
const CHARACTERS_UNTIL_CHECKPOINT = 16 * 1024 * 1024;
/** The real server's bound for what it can store of a state. */
const MOST_CHARACTERS = 16 * 1024 * 1024;
const MOST_HELD_CHARACTERS = 64 * 1024 * 1024;
const HANDLER = 'EventStore.Projections.Core.Services.Interpreted.JintProjectionStateHandler';

export class ProjectionRun {
  readonly states: PartitionStates;
  private readonly sourceStreams: readonly string[];
  private readonly choice: EventChoice;
  private readonly handler: BatchHandler;
  private readonly writer: BatchWriter;
  private readonly results: ResultStreams;
  private position: Position;
  private checkpointed: Position;
  private handled = 0;
  private unhandled = 0;
  private eventsProcessed = 0;
  private isAtEnd = false;
  private buffered = 0;
  private batchSize = PAGE.quiet;
  private stopAs: 'checkpoint' | 'abort' | undefined;
  private wake: (() => void) | undefined;
  private hasNews = false;

  constructor(
    private readonly parts: RunParts,
    private readonly options: RunOptions,
    session: SandboxSession,
  ) {
    const { name, by, trackEmittedStreams } = options;
    const { definition } = session;
    this.sourceStreams = streamsOf(definition);
    const start = startOf(this.sourceStreams);
    this.states = new PartitionStates(parts, name, by, start);
    this.position = this.states.checkpoint ?? start;
    this.checkpointed = this.position;
    this.choice = new EventChoice(definition);
    this.handler = new BatchHandler(session, options.open, this.states);
    const emitter = new Emitter(parts, by, start, options.mayWrite);
    const isStopping = () => this.stopAs !== undefined;
    this.writer = new BatchWriter(parts, emitter, this.states, {
      name,
      trackEmittedStreams,
      isStopping,
      selfFeeding: parts.selfFeeding,
    });
    this.results = new ResultStreams(name, definition, this.states);
  }

  /** Resolves when the run has ended. Rejects with what is no fault of the projection. */
  async run(): Promise<RunEnd> {
    const stopListening = this.parts.writer.onCommit(() => this.notice());
    try {
      while (this.stopAs === undefined) {
        const isEnd = await this.step();
        if (!isEnd) continue;
        if (this.options.isQuery) return await this.completed();
        await this.news();
      }
      if (this.stopAs === 'checkpoint') await this.checkpointAtStop();
      return { type: 'stopped' };
    } catch (error) {
      if (error instanceof RunStopped) return { type: 'stopped' };
      if (error instanceof ProjectionFault || error instanceof RefusedBatch) {
        return { type: 'faulted', reason: error.message };
      }
      throw error;
    } finally {
      stopListening();
      this.handler.close();
    }
  }

  /** The run ends after what is under way. */
  stop(as: 'checkpoint' | 'abort'): void {
    this.stopAs = as;
    this.notice();
  }

  progress(): RunProgress {
    return {
      position: positionText(this.position),
      lastCheckpoint: positionText(this.checkpointed),
      progress: this.percent(),
      eventsProcessed: this.eventsProcessed,
      partitionsCached: this.states.count,
      buffered: this.buffered,
      processingMs: Math.round(this.handler.processingMs),
    };
  }

  private percent(): number {
    const { end } = this.parts.log;
    if (this.isAtEnd || end === 0) return 100;
    return this.position.kind === 'all' ? (100 * this.position.at) / end : -1;
  }

  private notice(): void {
    this.hasNews = true;
    this.wake?.();
  }

  private async news(): Promise<void> {
    if (!this.hasNews) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.hasNews = false;
    this.wake = undefined;
  }

  /** One page. Returns whether it was the last one for now. */
  private async step(): Promise<boolean> {
    this.demandAccess();
    // Others come to their turn between two pages.
    await new Promise((resolve) => setImmediate(resolve));
    const share = this.parts.writer.backgroundShare ?? PAGE.quiet;
    const pageSize = Math.min(PAGE.quiet, Math.max(PAGE.least, share));
    const page = readPage(this.parts, this.position, pageSize);
    const incoming = page.events.flatMap((event) => this.choice.incoming(event) ?? []);
    if (incoming.length > 0) this.isAtEnd = false;
    for (let done = 0; done < incoming.length;) {
      if (this.stopAs !== undefined) return false;
      this.buffered = incoming.length - done;
      const batch = incoming.slice(done, done + this.batchSize);
      if (await this.handle(batch)) done += batch.length;
    }
    this.buffered = 0;
    this.position = page.next;
    this.unhandled += page.events.length - incoming.length;
    this.isAtEnd = page.isEnd;
    await this.checkpointIfDue();
    return page.isEnd;
  }

  private demandAccess(): void {
    const streams = this.sourceStreams.length === 0 ? ['$all'] : this.sourceStreams;
    if (!streams.every(this.options.mayRead)) throw new ProjectionFault('Access Denied');
  }

  /** Returns false if the batch must be repeated. */
  private async handle(batch: readonly Incoming[]): Promise<boolean> {
    try {
      const { incoming, outcome } = await this.handler.handle(batch);
      const emissions = this.emissionsOf(incoming, outcome);
      await this.writer.write([...emissions, ...this.results.of(outcome, incoming)], emissions);
      this.change(outcome.states);
    } catch (error) {
      if (error instanceof SandboxLost) await this.handler.reopen();
      else if (error instanceof SandboxError || error instanceof RefusedBatch) {
        await this.repeatOrFault(batch, error);
      } else throw error;
      return false;
    }
    this.position = batch.at(-1)?.cause.position ?? this.position;
    this.handled += batch.length;
    this.eventsProcessed += batch.length;
    // Slow handlers get fewer events at once: together they have the time of one.
    this.batchSize = Math.min(PAGE.quiet, this.batchSize * 2);
    await this.checkpointIfDue();
    return true;
  }

  private change(states: Handled['outcome']['states']): void {
    if (states.some(({ state }) => (state?.length ?? 0) > MOST_CHARACTERS)) {
      throw new ProjectionFault(`A state has more than ${MOST_CHARACTERS} characters`);
    }
    for (const state of states) this.states.change(state);
    // Checkpoints take states out of memory; a query has none.
    if (this.states.held > MOST_HELD_CHARACTERS) {
      throw new ProjectionFault('The states of all partitions take too much memory');
    }
    this.options.noteMemory(this.handler.memoryBytes + BYTES_A_CHARACTER * this.states.held);
  }

  private async repeatOrFault(batch: readonly Incoming[], error: Error): Promise<void> {
    const [first] = batch;
    if (batch.length > 1) {
      this.batchSize = 1;
      await this.handler.reopen();
      return;
    }
    if (error instanceof RefusedBatch || first === undefined) throw error;
    const what =
      'deleted' in first.input ? 'process a delete partition notification' : 'process an event';
    const at = positionText(first.cause.position);
    throw new ProjectionFault(
      `The ${this.options.name} projection failed to ${what}.\r\nHandler: ${HANDLER}\r\nEvent Position: ${at}\r\n\r\nMessage:\r\n\r\n${error.message}`,
    );
  }

  private emissionsOf(incoming: readonly Incoming[], { emitted }: Handled['outcome']): Emission[] {
    if (emitted.length > 0 && !this.options.emitEnabled) {
      throw new RefusedBatch("'emit' is not allowed by the projection/configuration/mode");
    }
    return emitted.map(({ cause, ...emission }) => {
      const source = incoming[cause];
      if (source === undefined) throw new Error(`There is no event ${cause} in the batch`);
      return { ...emission, cause: source.cause };
    });
  }

  private async checkpointIfDue(): Promise<void> {
    const isDue =
      this.handled >= HANDLED_UNTIL_CHECKPOINT ||
      this.unhandled >= UNHANDLED_UNTIL_CHECKPOINT ||
      this.states.pending >= CHARACTERS_UNTIL_CHECKPOINT;
    if (isDue && this.options.hasCheckpoints) await this.checkpoint();
  }

  private async checkpointAtStop(): Promise<void> {
    const isThere = this.handled === 0 && this.unhandled === 0;
    if (this.options.hasCheckpoints && !isThere) await this.checkpoint();
  }

  private async checkpoint(): Promise<void> {
    const { position } = this;
    await this.writer.checkpoint(position);
    this.checkpointed = position;
    this.handled = 0;
    this.unhandled = 0;
  }

  private async completed(): Promise<RunEnd> {
    await this.writer.write(this.results.atEnd(this.position));
    return { type: 'completed' };
  }
}
