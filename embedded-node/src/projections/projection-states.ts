// Which system projections are enabled, as the log keeps it: registered in `$projections-$all`, and
// each in a stream of its own whose last event is its state. Everything that writes does so inside
// a transaction of the writer.
import { randomUUID } from 'node:crypto';
import { jsonObjectOf } from '../log/json-object.js';
import type { Log } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { type ProjectionName, PROJECTIONS } from './emitted-links.js';

const REGISTRATIONS = '$projections-$all';
/** The real server's number for how its projections write. */
const SUBSYSTEM_VERSION = 4;

export interface ProjectionState {
  readonly isEnabled: boolean;
  readonly isAborted: boolean;
  /** Grows with each change. */
  readonly version: number;
  /** How far it has come, where that is not as far as those that are enabled. */
  readonly position?: number;
}

const NEVER_ENABLED: ProjectionState = {
  isEnabled: false,
  isAborted: false,
  version: 0,
  position: 0,
};

/** By which a link tells which version of which projection has written it. */
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

  /** One that is enabled and has not come as far as the others. */
  behind(): { name: ProjectionName; position: number } | undefined {
    for (const [name, { isEnabled, position }] of this.states) {
      if (isEnabled && position !== undefined) return { name, position };
    }
    return undefined;
  }

  /** What the log says: to be called when a transaction was taken back. */
  load(): void {
    this.states.clear();
    for (const name of PROJECTIONS) {
      const stored = this.stored(name);
      if (stored !== undefined) this.states.set(name, stored);
    }
  }

  /**
   * @param haveRun whether this log was followed before there were states: then all were enabled
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

  /** @param looked how far those that are enabled have come */
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

  /** @param position undefined where it has come as far as the others */
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
    this.log.append(`$projections-${name}`, [event], this.nowMs());
    this.states.set(name, state);
  }

  /** Undefined for one that has none, and for what no version of this node has written. */
  private stored(name: ProjectionName): ProjectionState | undefined {
    const head = this.log.head(`$projections-${name}`);
    if (head === null || head.revision < 0) return undefined;
    const event = this.log.eventAt(head, BigInt(head.revision));
    const json = event && jsonObjectOf(event.data);
    if (json === undefined || typeof json['version'] !== 'number') return undefined;
    const { enabled, aborted, version, position } = json;
    return {
      isEnabled: enabled === true,
      isAborted: aborted === true,
      version,
      ...(typeof position === 'number' && { position }),
    };
  }
}

function proposed(type: string, data: string): ProposedEvent {
  const bytes = Buffer.from(data);
  return { id: randomUUID(), type, isJson: false, data: bytes, metadata: new Uint8Array() };
}
