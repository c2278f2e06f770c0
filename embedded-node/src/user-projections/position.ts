// How far a projection has come: a position of the log, or a revision of each stream that it reads.
// In text and JSON as on the real server, whose "checkpoint tag" this is.
import { jsonObjectOf } from '../log/json-object.js';

export type Position =
  | { readonly kind: 'all'; readonly at: number }
  | { readonly kind: 'streams'; readonly at: ReadonlyMap<string, number> };

/** Who wrote an event of a projection. */
export interface WrittenBy {
  readonly id: number;
  readonly epoch: number;
  readonly version: number;
}

/** The real server's number of its projections' format. */
const SUBSYSTEM_VERSION = 4;

export function versionText({ id, epoch, version }: WrittenBy): string {
  return `${id}:${epoch}:${version}:${SUBSYSTEM_VERSION}`;
}

/** Before the first event. */
export function startOf(streams: readonly string[]): Position {
  if (streams.length === 0) return { kind: 'all', at: 0 };
  return { kind: 'streams', at: new Map(streams.map((stream) => [stream, -1])) };
}

export function positionText(position: Position): string {
  if (position.kind === 'all') return `C:${position.at}/P:${position.at === 0 ? -1 : position.at}`;
  const places = [...position.at].map(([stream, revision]) => `${stream}: ${revision}`);
  return places.length === 1 ? String(places[0]) : places.map((place) => `${place}; `).join('');
}

/** The properties of an event's metadata that keep a position. */
export function positionJson(position: Position): object {
  if (position.kind === 'streams') return { $s: Object.fromEntries(position.at) };
  return { $c: position.at, $p: position.at === 0 ? -1 : position.at };
}

/** Who wrote an event, and at which position; undefined for an event of no projection. */
export function markOf(
  metadata: Uint8Array,
): { readonly by: WrittenBy; readonly position: Position } | undefined {
  const json = jsonObjectOf(metadata);
  const version = json?.['$v'];
  if (json === undefined || typeof version !== 'string') return undefined;
  const [id, epoch, number] = version.split(':').map(Number);
  if (id === undefined || epoch === undefined || number === undefined) return undefined;
  const { $s: streams, $c: at } = json;
  if (typeof at === 'number' && streams === undefined) {
    return { by: { id, epoch, version: number }, position: { kind: 'all', at } };
  }
  if (typeof streams !== 'object' || streams === null) return undefined;
  const places = Object.entries(streams).filter(
    (place): place is [string, number] => typeof place[1] === 'number',
  );
  return { by: { id, epoch, version: number }, position: { kind: 'streams', at: new Map(places) } };
}

/** Whether both say how far one and the same source was read. */
export function isAlike(one: Position, other: Position): boolean {
  if (one.kind === 'all' || other.kind === 'all') return one.kind === other.kind;
  return one.at.size === other.at.size && [...one.at.keys()].every((name) => other.at.has(name));
}

/** Of one source: each event moves one of its streams on, so their sum tells the order. */
export function isAtOrBefore(one: Position, other: Position): boolean {
  return progressOf(one) <= progressOf(other);
}

/** Grows from event to event of one source. */
export function progressOf(position: Position): number {
  if (position.kind === 'all') return position.at;
  return [...position.at.values()].reduce((sum, revision) => sum + revision, 0);
}
