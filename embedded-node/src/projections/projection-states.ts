// The states of the system projections in the log: registered in `$projections-$all`, each with its
// own stream whose last event is its state. Every method that writes must run inside a transaction
// of the writer.
import { randomUUID } from 'node:crypto';
import { jsonObjectOf } from '../log/json-object.js';
import type { Log } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { type ProjectionName, PROJECTIONS } from './emitted-links.js';

const REGISTRATIONS = '$projections-$all';
/** The real server's version number of its projections' format. */
const SUBSYSTEM_VERSION = 4;

export interface ProjectionState {
  readonly isEnabled: boolean;
  readonly isAborted: boolean;
  /** Increases with each change. */
  readonly version: number;
  /** Its position, when it is behind the enabled ones. */
  readonly position?: number;
}

const NEVER_ENABLED: ProjectionState = {
  isEnabled: false,
  isAborted: false,
  version: 0,
  position: 0,
};

/** The text by which a link identifies the projection and version that wrote it. */
export function versionText(name: ProjectionName, version: number): string {
  return `${PROJECTIONS.indexOf(name) + 1}:-1:${version}:${SUBSYSTEM_VERSION}`;
}

export class ProjectionStates {
  private readonly states = new Map<ProjectionName, ProjectionState>();

  constructor(
    private readonly log: Log,
    private readonly nowMs: () => number,
  ) {
    this.load();
  }

  of(name: ProjectionName): ProjectionState {
    return this.states.get(name) ?? NEVER_ENABLED;
  }

  get hasEnabled(): boolean {
    return [...this.states.values()].some(({ isEnabled }) => isEnabled);
  }

  /** An enabled projection that is behind the others. */
  behind(): { name: ProjectionName; position: number } | undefined {
    for (const [name, { isEnabled, position }] of this.states) {
      if (isEnabled && position !== undefined) return { name, position };
    }
    return undefined;
  }

  /** Loads the states from the log; call it after a rollback. */
  load(): void {
    this.states.clear();
    for (const name of PROJECTIONS) {
      const stored = this.stored(name);
      if (stored !== undefined) this.states.set(name, stored);
    }
  }

  /**
   * @param haveRun whether projections ran on this log before states existed: then all were enabled
   */
  register(haveRun: boolean): void {
    if (this.log.head(REGISTRATIONS) === null) {
      this.log.append(REGISTRATIONS, [proposed('$ProjectionsInitialized', '')], this.nowMs());
      const created = PROJECTIONS.map((name) => proposed('$ProjectionCreated', name));
      this.log.append(REGISTRATIONS, created, this.nowMs());
    }
    for (const name of PROJECTIONS) {
      if (this.states.has(name)) continue;
      this.save(name, haveRun ? { isEnabled: true, isAborted: false, version: 1 } : NEVER_ENABLED);
    }
  }

  /** @param looked position of the enabled projections */
  enable(name: ProjectionName, looked: number): void {
    const { isEnabled, version, position } = this.of(name);
    if (isEnabled) return;
    const isBehind = position !== undefined && position < looked;
    this.save(name, {
      isEnabled: true,
      isAborted: false,
      version: version + 1,
      ...(isBehind && { position }),
    });
  }

  disable(name: ProjectionName, looked: number, isAborted: boolean): void {
    const { isEnabled, version, position = looked } = this.of(name);
    if (!isEnabled) return;
    this.save(name, { isEnabled: false, isAborted, version: version + 1, position });
  }

  /** @param position undefined when it has caught up with the others */
  moveTo(name: ProjectionName, position: number | undefined): void {
    const { isEnabled, isAborted, version } = this.of(name);
    this.save(name, { isEnabled, isAborted, version, ...(position !== undefined && { position }) });
  }

  private save(name: ProjectionName, state: ProjectionState): void {
    const { isEnabled, isAborted, version, position } = state;
    const stored = {
      mode: 'Continuous',
      enabled: isEnabled,
      ...(isAborted && { aborted: true }),
      emitEnabled: true,
      epoch: -1,
      version,
      ...(position !== undefined && { position }),
    };
    const event = { ...proposed('$ProjectionUpdated', JSON.stringify(stored)), isJson: true };
    this.states.set(name, state);
    const stream = `$projections-${name}`;
    // A client has ended its stream: the state holds until the node stops.
    if (this.log.head(stream)?.isTombstoned === true) return;
    this.log.append(stream, [event], this.nowMs());
  }

  /** Undefined for a projection without a state, and for an unknown format. */
  private stored(name: ProjectionName): ProjectionState | undefined {
    const head = this.log.head(`$projections-${name}`);
    if (head === null || head.revision < 0) return undefined;
    const event = this.log.eventAt(head, BigInt(head.revision));
    const json = event && jsonObjectOf(event.data);
    const { enabled, aborted, version, position } = json ?? {};
    if (!isCount(version)) return undefined;
    return {
      isEnabled: enabled === true,
      isAborted: aborted === true,
      version,
      ...(isCount(position) && { position }),
    };
  }
}

/** A client may have written any other number. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function proposed(type: string, data: string): ProposedEvent {
  const bytes = Buffer.from(data);
  return { id: randomUUID(), type, isJson: false, data: bytes, metadata: new Uint8Array() };
}
