// The projections that clients create: found in the log at the start, and kept by name while the
// node runs.
import { randomUUID } from 'node:crypto';
import { WrongExpectedVersion, StreamDeleted } from '../errors.js';
import { SandboxThread } from '../sandbox/sandbox-thread.js';
import { type ProjectionBounds, ProjectionMemory } from './bounds.js';
import { CommandRefused } from './command-refused.js';
import { EmittedStreams } from './emitted-streams.js';
import { ManagedProjection, type ManagedParts } from './managed-projection.js';
import { checkpointStream, emittedStreamsStream, REGISTRATIONS } from './names.js';
import { proposedEvent } from './proposed.js';
import { SelfFeeding } from './self-feeding.js';
import {
  type Deletion,
  type ProjectionDefinition,
  type ProjectionMode,
  type RunAs,
  storedProjections,
  UNREGISTERED,
} from './stored-projection.js';

export interface NewProjection {
  readonly mode: ProjectionMode;
  /** Undefined: a name is made up. */
  readonly name: string | undefined;
  readonly query: string;
  readonly emitEnabled: boolean;
  readonly trackEmittedStreams: boolean;
  readonly runAs: RunAs;
}

/** There are as many as the node may have. */
export class TooManyProjections extends Error {
  override readonly name = 'TooManyProjections';
  constructor(most: number) {
    super(`This node may have ${most} projections, and has them; delete one first`);
  }
}

type UserProjectionParts = Omit<ManagedParts, 'sandboxes' | 'memory' | 'selfFeeding'> & {
  readonly bounds: ProjectionBounds;
};

/** The real server's: a transient projection that nobody asks for is deleted. */
const TRANSIENT_LIFE_MS = 5 * 60 * 1_000;
const EXPIRY_CHECK_MS = 60 * 1_000;
/** The real server's id of all transient projections. */
const TRANSIENT_ID = -2;

export class UserProjections {
  private readonly projections = new Map<string, ManagedProjection>();
  private sandboxes = new SandboxThread();
  private expiry: NodeJS.Timeout | undefined;
  private restarting: Promise<void> | undefined;
  private isStopped = false;
  private readonly memory: ProjectionMemory;
  private readonly selfFeeding = new SelfFeeding();

  constructor(
    private readonly parts: UserProjectionParts,
    private readonly isOfTheSystem: (name: string) => boolean,
  ) {
    this.memory = new ProjectionMemory(parts.bounds.projectionMemoryMb);
  }

  /**
   * Goes on with every projection that is enabled, and with every deletion. Resolves when each runs
   * or is faulted.
   */
  async start(): Promise<void> {
    this.expiry = setInterval(() => this.expire(), EXPIRY_CHECK_MS);
    this.expiry.unref();
    const stored = storedProjections(this.parts, this.isOfTheSystem);
    const resumed = stored.map((definition) => {
      const projection = this.managed(definition);
      this.projections.set(definition.name, projection);
      const { deletion } = definition;
      return deletion === undefined
        ? projection.resume()
        : projection.resumeDeletion(() => this.finishDeletion(projection, deletion));
    });
    await Promise.all(resumed);
  }

  /** Each writes its checkpoint. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.restarting?.catch(() => undefined);
    await this.stopAll();
  }

  private async stopAll(): Promise<void> {
    clearInterval(this.expiry);
    const stopped = [...this.projections.values()].map((projection) => projection.stop());
    await Promise.allSettled(stopped);
    await this.sandboxes.stop();
  }

  /** Stops all of them, and starts them as they are stored. */
  restart(): Promise<void> {
    // One at a time: otherwise each projection of the first would run on beside that of the second.
    this.restarting ??= this.restartAll().finally(() => (this.restarting = undefined));
    return this.restarting;
  }

  /** Resolves when no restart is under way: what it has stopped must get no command. */
  async restarted(): Promise<void> {
    while (this.restarting !== undefined) await this.restarting.catch(() => undefined);
  }

  private async restartAll(): Promise<void> {
    await this.stopAll();
    if (this.isStopped) return;
    for (const projection of this.all()) this.memory.close(projection);
    this.projections.clear();
    this.sandboxes = new SandboxThread();
    await this.start();
  }

  /** In the order of their creation. */
  all(): readonly ManagedProjection[] {
    return [...this.projections.values()];
  }

  /** @throws CommandRefused */
  of(name: string): ManagedProjection {
    const projection = this.projections.get(name);
    if (projection === undefined) throw new CommandRefused('NotFound');
    return projection;
  }

  /**
   * Resolves when it runs, or is faulted because of its query.
   *
   * @throws CommandRefused, TooManyProjections, WriteFailed
   */
  async create({ name = randomUUID(), mode, runAs, ...given }: NewProjection): Promise<void> {
    if (name.trim() === '') throw new CommandRefused('OperationFailed');
    if (this.projections.has(name) || this.isOfTheSystem(name)) {
      throw new CommandRefused('Conflict');
    }
    const { maxProjections } = this.parts.bounds;
    if (this.projections.size >= maxProjections) throw new TooManyProjections(maxProjections);
    const isTransient = mode === 'Transient';
    // What an earlier transient projection of this name has written does not count.
    const epoch = isTransient ? this.parts.nowMs() : -1;
    const projection = this.managed({
      ...given,
      name,
      mode,
      runAs,
      id: isTransient ? TRANSIENT_ID : UNREGISTERED,
      version: epoch,
      epoch,
      isEnabled: true,
    });
    this.projections.set(name, projection);
    try {
      await projection.create();
    } catch (error) {
      this.projections.delete(name);
      this.memory.close(projection);
      throw error;
    }
  }

  /** @throws CommandRefused, WriteFailed */
  async delete(name: string, deletion: Deletion): Promise<void> {
    const projection = this.of(name);
    await projection.delete(deletion, () => this.finishDeletion(projection, deletion));
  }

  private managed(definition: ProjectionDefinition): ManagedProjection {
    const { parts, sandboxes, memory, selfFeeding } = this;
    return new ManagedProjection({ ...parts, sandboxes, memory, selfFeeding }, definition);
  }

  private async finishDeletion(
    projection: ManagedProjection,
    { deleteCheckpointStream, deleteEmittedStreams }: Deletion,
  ): Promise<void> {
    const { name, mode, emitEnabled, trackEmittedStreams } = projection.definition;
    if (deleteEmittedStreams && emitEnabled && trackEmittedStreams) {
      for (const stream of new EmittedStreams(this.parts, name).all()) await this.hide(stream);
      await this.hide(emittedStreamsStream(name));
    }
    if (deleteCheckpointStream && mode === 'Continuous') await this.hide(checkpointStream(name));
    if (mode !== 'Transient') {
      await this.parts.writer.system(() => {
        const deleted = proposedEvent('$ProjectionDeleted', name, { isJson: false });
        this.parts.writer.appendWithin(REGISTRATIONS, [deleted]);
      });
    }
    this.projections.delete(name);
    this.memory.close(projection);
  }

  private async hide(stream: string): Promise<void> {
    try {
      await this.parts.writer.softDelete(stream, 'any');
    } catch (error) {
      // A stream that never existed or was tombstoned needs no deletion.
      if (error instanceof WrongExpectedVersion || error instanceof StreamDeleted) return;
      throw error;
    }
  }

  private expire(): void {
    const oldestMs = this.parts.nowMs() - TRANSIENT_LIFE_MS;
    for (const { definition, lastUsedMs } of this.projections.values()) {
      if (definition.mode !== 'Transient' || lastUsedMs > oldestMs) continue;
      this.delete(definition.name, {
        deleteCheckpointStream: false,
        deleteEmittedStreams: false,
      }).catch((error: unknown) => {
        // A client deletes it at the same time.
        if (!(error instanceof CommandRefused)) this.parts.onFault(error);
      });
    }
  }
}
