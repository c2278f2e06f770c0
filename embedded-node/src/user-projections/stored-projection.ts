// Projections as the log keeps them: `$projections-$all` lists their creations and deletions, and
// the last event of `$projections-NAME` is the definition, with the real server's properties.
import { jsonObjectOf } from '../log/json-object.js';
import type { Log } from '../log/log.js';
import { TOMBSTONE_REVISION } from '../log/logged-event.js';
import type { Streams } from '../log/streams.js';
import { definitionStream, REGISTRATIONS } from './names.js';

export type ProjectionMode = 'Transient' | 'OneTime' | 'Continuous';

/** Who created a projection: it reads and writes with that user's rights. */
export interface RunAs {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The id of a projection that is about to be created. */
export const UNREGISTERED = -1;

export interface ProjectionDefinition {
  readonly name: string;
  /** Revision of its creation in `$projections-$all`. */
  readonly id: number;
  readonly mode: ProjectionMode;
  readonly query: string;
  readonly isEnabled: boolean;
  readonly emitEnabled: boolean;
  readonly trackEmittedStreams: boolean;
  /** Revision of the definition in its stream; −1 before it is stored. */
  readonly version: number;
  /** The version of the last reset; −1 for none. What was written before it does not count. */
  readonly epoch: number;
  readonly runAs: RunAs;
  readonly deletion?: Deletion;
}

/** A projection that is about to be deleted, and what with it. */
export interface Deletion {
  readonly deleteCheckpointStream: boolean;
  readonly deleteEmittedStreams: boolean;
}

const SUBSYSTEM_VERSION = 4;
const ROLE_CLAIM = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role$$$';

export function definitionJson(definition: ProjectionDefinition): string {
  const { mode, query, isEnabled, emitEnabled, trackEmittedStreams, version, epoch } = definition;
  const { runAs, deletion } = definition;
  return JSON.stringify({
    handlerType: 'JS',
    query,
    mode,
    enabled: isEnabled,
    deleted: false,
    deleting: deletion !== undefined,
    deleteEmittedStreams: deletion?.deleteEmittedStreams ?? false,
    deleteCheckpointStream: deletion?.deleteCheckpointStream ?? false,
    emitEnabled,
    checkpointsDisabled: mode !== 'Continuous',
    trackEmittedStreams,
    epoch,
    version,
    runAs: { name: runAs.name, roles: runAs.groups.map((group) => ROLE_CLAIM + group) },
    projectionSubsystemVersion: SUBSYSTEM_VERSION,
  });
}

interface StoredParts {
  readonly log: Log;
  readonly streams: Streams;
}

/** Every projection of a user, in the order of their creation. */
export function storedProjections(
  parts: StoredParts,
  isOfTheSystem: (name: string) => boolean,
): ProjectionDefinition[] {
  const ids = new Map<string, number>();
  for (const { type, name, revision } of registrations(parts)) {
    if (isOfTheSystem(name)) continue;
    if (type === '$ProjectionCreated') ids.set(name, revision);
    if (type === '$ProjectionDeleted') ids.delete(name);
  }
  return [...ids].flatMap(([name, id]) => storedDefinition(parts, name, id) ?? []);
}

const PAGE = 500;

function* registrations({ log }: StoredParts) {
  const head = log.head(REGISTRATIONS);
  if (head === null) return;
  for (let next = 0n; ;) {
    const page = log.forwards(head, next, PAGE);
    for (const { type, data, revision } of page) {
      yield { type, name: Buffer.from(data).toString('utf8'), revision: Number(revision) };
    }
    const last = page.at(-1);
    if (last === undefined || last.revision === TOMBSTONE_REVISION) return;
    next = BigInt(last.revision) + 1n;
  }
}

/** Undefined if it was never stored, or in a form that this version does not know. */
function storedDefinition(
  { log }: StoredParts,
  name: string,
  id: number,
): ProjectionDefinition | undefined {
  const head = log.head(definitionStream(name));
  if (head === null || head.revision < 0) return undefined;
  const event = log.eventAt(head, BigInt(head.revision));
  const json = event && jsonObjectOf(event.data);
  const { query, epoch, runAs } = json ?? {};
  if (json === undefined || typeof query !== 'string') return undefined;
  const isSet = (property: string) => json[property] === true;
  return {
    name,
    id,
    mode: json['mode'] === 'OneTime' ? 'OneTime' : 'Continuous',
    query,
    isEnabled: isSet('enabled'),
    emitEnabled: isSet('emitEnabled'),
    trackEmittedStreams: isSet('trackEmittedStreams'),
    version: head.revision,
    epoch: Number.isSafeInteger(epoch) ? Number(epoch) : -1,
    runAs: runAsIn(runAs),
    ...(isSet('deleting') && {
      deletion: {
        deleteCheckpointStream: isSet('deleteCheckpointStream'),
        deleteEmittedStreams: isSet('deleteEmittedStreams'),
      },
    }),
  };
}

/** A user without rights, if it is not known which. */
function runAsIn(json: unknown): RunAs {
  const { name, roles } = (json ?? {}) as { name?: unknown; roles?: unknown };
  const groups = Array.isArray(roles) ? roles : [];
  return {
    name: typeof name === 'string' ? name : '',
    groups: groups
      .filter((role) => typeof role === 'string')
      .map((role) => role.slice(role.indexOf('$$$') + 3)),
  };
}
