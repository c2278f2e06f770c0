// The links that the system projections emit for an event: by category, event type, correlation,
// and of all streams. Events of system streams and their metadata emit none.
import { jsonObjectOf } from '../log/json-object.js';
import type { LoggedEvent } from '../log/logged-event.js';
import { DELETED_TB, isMetadataStream, metadataOf } from '../log/stream-metadata.js';
import { utf8Text } from '../log/utf8-text.js';

/** The real server's names, in its order of registration. */
export const PROJECTIONS = [
  '$streams',
  '$stream_by_category',
  '$by_category',
  '$by_event_type',
  '$by_correlation_id',
] as const;
export type ProjectionName = (typeof PROJECTIONS)[number];

/** An event to append to a projected stream. */
export interface Emitted {
  readonly by: ProjectionName;
  readonly stream: string;
  readonly type: '$>' | '$@';
  /** A link's target as `revision@stream`, or the name of a stream. */
  readonly data: string;
  /** Its metadata besides the projection's version. */
  readonly metadata: object;
}

/** An event, with facts that several projections need. */
interface Cause extends LoggedEvent {
  /** The stream that it deletes. */
  readonly deleted?: string;
  readonly correlation?: string;
}

export function emittedFor(event: LoggedEvent): Emitted[] {
  const { stream } = event;
  const original = isMetadataStream(stream) ? stream.slice(2) : stream;
  if (original.startsWith('$')) return [];
  const correlation = correlationOf(event);
  const cause = {
    ...event,
    ...(isDeletion(event) && { deleted: original }),
    ...(correlation !== undefined && { correlation }),
  };
  return [...ofAllStreams(cause), ...byCategory(cause), ...byType(cause), ...byCorrelation(cause)];
}

function* ofAllStreams(cause: Cause): Generator<Emitted> {
  if (cause.revision !== '0') return;
  yield emitted('$streams', cause, '$streams', linkTo(cause));
  const category = categoryOf(cause.stream);
  if (category === undefined) return;
  const stream = `$category-${category}`;
  yield { ...emitted('$stream_by_category', cause, stream, cause.stream), type: '$@' };
}

/** A link in the stream emits a link to its own target rather than to itself. */
function* byCategory(cause: Cause): Generator<Emitted> {
  const { stream, type, data, deleted } = cause;
  const category = categoryOf(deleted ?? stream);
  if (category === undefined) return;
  const target = type === '$>' ? Buffer.from(data).toString('utf8') : linkTo(cause);
  const own = { $o: deleted ?? stream, ...(deleted !== undefined && { $deleted: -1 }) };
  yield emitted('$by_category', cause, `$ce-${category}`, target, own);
}

/** The end of a stream has its own type, whichever event means it. */
function* byType(cause: Cause): Generator<Emitted> {
  const { type, deleted, revision } = cause;
  if (type === '$>') return;
  if (deleted === undefined) yield emitted('$by_event_type', cause, `$et-${type}`, linkTo(cause));
  else
    yield emitted('$by_event_type', cause, '$et-$deleted', `${revision}@${deleted}`, {
      $deleted: -1,
    });
}

function* byCorrelation(cause: Cause): Generator<Emitted> {
  const { correlation, type, createdMs } = cause;
  if (correlation === undefined || type === '$>') return;
  const written = new Date(createdMs).toISOString().replace('Z', '000Z');
  yield emitted('$by_correlation_id', cause, `$bc-${correlation}`, linkTo(cause), {
    $eventTimestamp: written,
  });
}

function emitted(
  by: ProjectionName,
  cause: Cause,
  stream: string,
  data: string,
  own: object = {},
): Emitted {
  const { position, id, isJson, correlation = '' } = cause;
  const metadata = {
    $c: position,
    $p: position,
    ...own,
    $causedBy: id,
    ...(isJson && correlation !== '' && { $correlationId: correlation }),
  };
  return { by, stream, type: '$>', data, metadata };
}

function linkTo({ revision, stream }: LoggedEvent): string {
  return `${revision}@${stream}`;
}

/** The part before the first hyphen; system streams have no category. */
function categoryOf(stream: string): string | undefined {
  const hyphen = stream.indexOf('-');
  return hyphen > 0 && !stream.startsWith('$') ? stream.slice(0, hyphen) : undefined;
}

function isDeletion(event: LoggedEvent): boolean {
  if (event.type === '$streamDeleted') return true;
  if (event.type !== '$metadata' || !isMetadataStream(event.stream)) return false;
  return metadataOf(event).truncateBefore === DELETED_TB;
}

function correlationOf({ metadata }: LoggedEvent): string | undefined {
  const correlation = jsonObjectOf(metadata)?.['$correlationId'];
  return typeof correlation === 'string' ? utf8Text(correlation) : undefined;
}
