// One projection over its life: its definition, whether it runs, and how it stopped. Its commands
// come one after another.
import { ENGINE_BYTES, LONGEST_REASON, SandboxError } from '../sandbox/protocol.js';
import { SandboxLost, type SandboxSession, type SandboxThread } from '../sandbox/sandbox-thread.js';
import { BYTES_A_CHARACTER, type ProjectionMemory } from './bounds.js';
import { CommandRefused } from './command-refused.js';
import { PartitionStates, type PartitionState } from './partition-states.js';
import { positionText } from './position.js';
import { NO_PROGRESS, type RunProgress } from './progress.js';
import { ProjectionRun, type RunEnd, type RunParts } from './run.js';
import { ProjectionFault } from './run-errors.js';
import { refusalOf } from './source-rules.js';
import { storeDefinition } from './store-definition.js';
import type { Deletion, ProjectionDefinition, RunAs } from './stored-projection.js';

export type RunStatus =
  'Creating' | 'Loading' | 'Running' | 'Stopped' | 'Completed' | 'Aborted' | 'Faulted';

export interface ManagedParts extends RunParts {
  readonly sandboxes: SandboxThread;
  readonly memory: ProjectionMemory;
  readonly mayAccess: (runAs: RunAs, action: 'read' | 'write', stream: string) => boolean;
  readonly onFault: (fault: unknown) => void;
}

export class ManagedProjection {
  status: RunStatus = 'Creating';
  /** Why it is faulted; empty otherwise. */
  reason = '';
  /** Whether its query could be used the last time. */
  hasRun = false;
  /** When a caller last asked for it, in milliseconds since 1970. */
  lastUsedMs: number;
  private run: ProjectionRun | undefined;
  private ended: Promise<void> = Promise.resolve();
  private states: PartitionStates | undefined;
  private progressAtEnd: RunProgress = NO_PROGRESS;
  private commands: Promise<unknown> = Promise.resolve();
  private isGone = false;

  constructor(
    private readonly parts: ManagedParts,
    public definition: ProjectionDefinition,
  ) {
    this.lastUsedMs = parts.nowMs();
  }

  /** Stores the definition, starts it if it is enabled, and resolves when it runs or is faulted. */
  create(): Promise<void> {
    return this.command(() => this.changeTo({}));
  }

  /** Starts it as it is stored. */
  resume(): Promise<void> {
    this.status = 'Loading';
    return this.command(() => this.startOrLoad());
  }

  enable(): Promise<void> {
    return this.change(async () => {
      if (this.definition.isEnabled && this.status === 'Running') return;
      await this.stopRun('checkpoint');
      await this.changeTo({ isEnabled: true });
    });
  }

  disable(): Promise<void> {
    return this.change(async () => {
      await this.stopRun('checkpoint');
      await this.changeTo({ isEnabled: false });
    });
  }

  /** Stops it without a checkpoint. */
  abort(): Promise<void> {
    return this.change(async () => {
      await this.stopRun('abort');
      await this.changeTo({ isEnabled: false });
      this.status = 'Aborted';
    });
  }

  /**
   * A new query reads and writes with the rights of the user who gives it, and not with those of
   * the projection's creator.
   *
   * @param emitEnabled undefined: as it was
   */
  update(query: string, emitEnabled: boolean | undefined, runAs: RunAs): Promise<void> {
    return this.change(async () => {
      const wasCompleted = this.status === 'Completed';
      await this.stopRun('checkpoint');
      const change = { query, runAs, ...(emitEnabled !== undefined && { emitEnabled }) };
      await this.changeTo(change, wasCompleted);
    });
  }

  /** Forgets all that it knows, and begins at the first event. */
  reset(): Promise<void> {
    return this.change(async () => {
      await this.stopRun('abort');
      await this.changeTo({}, true);
    });
  }

  /** Whether it can be deleted: one that runs cannot, but for a transient one. */
  private get isDeletable(): boolean {
    const { mode } = this.definition;
    return this.status === 'Stopped' || this.status === 'Faulted' || mode === 'Transient';
  }

  /**
   * Stops it for good, and notes in the log what is to be deleted with it, before that is deleted.
   *
   * @throws CommandRefused while it runs, and if another caller has deleted it
   */
  delete(deletion: Deletion, finish: () => Promise<void>): Promise<void> {
    return this.command(async () => {
      if (this.isGone) throw new CommandRefused('NotFound');
      if (!this.isDeletable) throw new CommandRefused('OperationFailed');
      await this.stopRun('abort');
      await this.store({ ...this.definition, isEnabled: false, deletion });
      await finish();
      this.isGone = true;
    });
  }

  /** Goes on with a deletion that a stop of the node has interrupted. */
  resumeDeletion(finish: () => Promise<void>): Promise<void> {
    return this.command(async () => {
      await finish();
      this.isGone = true;
    });
  }

  /** Ends the run; the definition stays as it is. */
  stop(): Promise<void> {
    return this.command(() => this.stopRun('checkpoint'));
  }

  /** Of a partition, or of the whole; empty if there is none. */
  stateOf(partition: string): PartitionState {
    return this.states?.peek(partition) ?? { state: null, result: null };
  }

  progress(): RunProgress {
    return this.run?.progress() ?? this.progressAtEnd;
  }

  /** A command that may start it. What is being deleted must not run again. */
  private change(work: () => Promise<void>): Promise<void> {
    return this.command(async () => {
      if (this.isGone) throw new CommandRefused('NotFound');
      if (this.definition.deletion !== undefined) throw new CommandRefused('OperationFailed');
      await work();
    });
  }

  private command(work: () => Promise<void>): Promise<void> {
    this.lastUsedMs = this.parts.nowMs();
    const done = this.commands.then(work);
    this.commands = done.catch(() => undefined);
    return done;
  }

  private async changeTo(change: Partial<ProjectionDefinition>, isReset = false): Promise<void> {
    await this.store({ ...this.definition, ...change }, isReset);
    await this.startOrLoad();
  }

  private async store(definition: ProjectionDefinition, isReset = false): Promise<void> {
    this.definition = await storeDefinition(this.parts, definition, isReset);
  }

  private async startOrLoad(): Promise<void> {
    this.reason = '';
    if (this.definition.isEnabled) await this.start();
    else this.load();
  }

  /** What the last checkpoint knows of it. */
  private load(): void {
    this.states = this.storedStates();
    const checkpoint = this.states?.checkpoint;
    const position = checkpoint === undefined ? '' : positionText(checkpoint);
    this.progressAtEnd = { ...NO_PROGRESS, position, lastCheckpoint: position };
    this.keepStates();
    this.status = 'Stopped';
  }

  /** Undefined if they cannot be read: that is told when the projection is to run. */
  private storedStates(): PartitionStates | undefined {
    const { name } = this.definition;
    try {
      return new PartitionStates(this.parts, name, this.definition, undefined);
    } catch (error) {
      if (error instanceof ProjectionFault) return undefined;
      throw error;
    }
  }

  private keepStates(): void {
    this.parts.memory.keep(this, BYTES_A_CHARACTER * (this.states?.held ?? 0));
  }

  private async start(): Promise<void> {
    this.progressAtEnd = NO_PROGRESS;
    this.states = undefined;
    this.hasRun = false;
    try {
      this.parts.memory.open(this, ENGINE_BYTES);
      const session = await this.open();
      const refusal = refusalOf(session.definition);
      if (refusal !== undefined) {
        session.close();
        this.parts.memory.close(this);
        this.fault(refusal);
        return;
      }
      const run = this.newRun(session);
      this.run = run;
      this.hasRun = true;
      this.states = run.states;
      this.status = 'Running';
      this.ended = run.run().then(
        (end) => this.runEnded(run, end),
        (fault: unknown) => {
          this.runEnded(run, { type: 'faulted', reason: String(fault) });
          this.parts.onFault(fault);
        },
      );
    } catch (error) {
      this.parts.memory.close(this);
      if (error instanceof SandboxError || error instanceof ProjectionFault) {
        this.fault(error.message);
      } else if (error instanceof SandboxLost) this.status = 'Stopped';
      else throw error;
    }
  }

  /** @throws ProjectionFault */
  private newRun(session: SandboxSession): ProjectionRun {
    try {
      return new ProjectionRun(this.parts, this.runOptions(), session);
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private runOptions() {
    const { definition, parts } = this;
    const { name, mode, runAs, emitEnabled, trackEmittedStreams } = definition;
    return {
      name,
      by: definition,
      isQuery: mode !== 'Continuous',
      hasCheckpoints: mode === 'Continuous',
      emitEnabled,
      trackEmittedStreams,
      mayRead: (stream: string) => parts.mayAccess(runAs, 'read', stream),
      mayWrite: (stream: string) => parts.mayAccess(runAs, 'write', stream),
      open: () => this.open(),
      noteMemory: (bytes: number) => parts.memory.note(this, bytes),
    };
  }

  private open() {
    const { query, mode } = this.definition;
    return this.parts.sandboxes.open(query, mode === 'Continuous' ? 'continuous' : 'query');
  }

  private runEnded(run: ProjectionRun, end: RunEnd): void {
    this.progressAtEnd = run.progress();
    if (this.run === run) this.run = undefined;
    this.keepStates();
    if (end.type === 'faulted') this.fault(end.reason);
    else this.status = end.type === 'completed' ? 'Completed' : 'Stopped';
  }

  private fault(reason: string): void {
    this.status = 'Faulted';
    this.reason = reason.slice(0, LONGEST_REASON);
  }

  private async stopRun(as: 'checkpoint' | 'abort'): Promise<void> {
    this.run?.stop(as);
    await this.ended;
  }
}
