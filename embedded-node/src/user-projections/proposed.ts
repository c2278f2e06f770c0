// Events that the node writes for its projections.
import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from '../log/logged-event.js';

export function proposedEvent(
  type: string,
  data: string,
  { metadata = '', isJson = true }: { metadata?: string; isJson?: boolean } = {},
): ProposedEvent {
  return {
    id: randomUUID(),
    type,
    isJson,
    data: Buffer.from(data),
    metadata: Buffer.from(metadata),
  };
}
