// An event to be written, of which a test cares for its text alone.
import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from '../../src/log/logged-event.js';

export function proposed(text: string, type = 'Noted'): ProposedEvent {
  const data = Buffer.from(JSON.stringify({ text }));
  return { id: randomUUID(), type, isJson: true, data, metadata: new Uint8Array() };
}
