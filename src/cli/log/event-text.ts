// A stored event as `inspect` and `export` print it. Whatever the log holds can be printed.
import type { StoredEvent } from '../../event-store/stored-event.js';

/** A position does not fit into a JSON number, and bytes are not JSON. */
export function eventAsJson({
  position,
  recordedAt,
  metadata,
  flaw,
  data,
  ...event
}: StoredEvent): string {
  return JSON.stringify({
    ...event,
    ...contentOf(data),
    metadata: flaw === undefined ? metadata : (flaw.metadata ?? null),
    ...(flaw && { flaw: flaw.problem }),
    position: String(position),
    recordedAt: new Date(recordedAt).toISOString(),
  });
}

function contentOf(data: unknown): { readonly data: unknown; readonly dataBase64?: string } {
  if (!(data instanceof Uint8Array)) return { data };
  return { data: null, dataBase64: Buffer.from(data).toString('base64') };
}

export function eventAsLine({ revision, metadata, type, data, flaw }: StoredEvent): string {
  const line = `${String(revision).padStart(6)}  ${metadata.occurredAt}  ${type.padEnd(16)}  ${asText(data)}`;
  return flaw === undefined ? line : `${line}  (not written by this service: ${flaw.problem})`;
}

function asText(data: unknown): string {
  return data instanceof Uint8Array ? `${data.length} bytes` : JSON.stringify(data);
}
