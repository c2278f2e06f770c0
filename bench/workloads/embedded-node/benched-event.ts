// The event that the event stores are measured by.
import { jsonEvent } from '@eventstore/db-client';

export const benchedData = { text: 'x'.repeat(160) };

/** Of one event's data, in bytes. */
export const benchedBytes = Buffer.byteLength(JSON.stringify(benchedData));

/** Each has an id of its own, else the second would be a retry of the first. */
export const benchedEvent = () => jsonEvent({ type: 'Benched', data: benchedData });

export const benchedEvents = (count: number) => Array.from({ length: count }, benchedEvent);
