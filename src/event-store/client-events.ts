// An event as the append of the official client itself takes it.
import { jsonEvent, type EventData } from '@eventstore/db-client';
import type { NewEvent } from './stored-event.js';

export function toClientEvent({ id, type, data, metadata }: NewEvent): EventData {
  return jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
}
