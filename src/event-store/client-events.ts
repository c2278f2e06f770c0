// Converts an event for the official client's own append.
import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { NewEvent } from './stored-event.js';

export function toClientEvent({ id, type, data, metadata }: NewEvent): EventData {
  return jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
}
