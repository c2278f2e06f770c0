// Converts any event of the log to the API's LogEvent, without the parts that staff may not see.
import { categoryOf } from '../event-browser/log-filter.js';
import { subjectIn } from '../event-store/recorded.js';
import { occurredAt, type StoredEvent } from '../event-store/stored-event.js';
import { isVersion, shownOrigin } from './event-view.js';
import type { Principal } from './policy.js';
import type { LogEvent } from './types/log-types.js';

export function shownLogEvent(stored: StoredEvent, principal: Principal): LogEvent {
  const { id, type, stream, revision, position, recordedAt, metadata, flaw, data } = stored;
  const { schemaVersion } = metadata;
  const at = occurredAt(stored);
  return {
    ...{ id, type, stream, revision, recordedAt },
    category: categoryOf(stream),
    position: String(position),
    occurredAt: Number.isFinite(at) ? at : recordedAt,
    schemaVersion: isVersion(schemaVersion) ? schemaVersion : 0,
    ...shownOrigin(stored, principal),
    flaw: flaw?.problem ?? null,
    content: { data: shownContent(data), metadata: shownMetadata(stored) },
  };
}

/** Which cart an event shows something of: that of its stream, or of the order of its stream. */
export function cartOfStream(
  stream: string,
): { readonly cartId?: string; readonly orderId?: string } | undefined {
  const category = categoryOf(stream);
  if (category === 'cart') return { cartId: subjectIn(stream) };
  return category === 'order' ? { orderId: subjectIn(stream) } : undefined;
}

function shownContent(data: unknown): unknown {
  return data instanceof Uint8Array ? { base64: Buffer.from(data).toString('base64') } : data;
}

/** A customer's name is in the actor, and the command that opened a cart names its secret. */
function shownMetadata({ type, metadata, flaw }: StoredEvent): unknown {
  const { actor, commandId, ...others } = metadata;
  if (flaw !== undefined) return { flaw: flaw.problem };
  const kind = actor?.kind;
  const isStaff = kind === 'support' || kind === 'admin' || kind === 'operator';
  return {
    ...others,
    ...(commandId !== undefined && type !== 'CartOpened' && { commandId }),
    ...(actor !== undefined && { actor: isStaff ? actor : { kind } }),
  };
}
