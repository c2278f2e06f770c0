// The event of the event-store benchmarks.
import { jsonEvent } from '@eventstore/db-client';

export const benchedData = { text: 'x'.repeat(160) };

/** Size of one event's data, in bytes. */
export const benchedBytes = Buffer.byteLength(JSON.stringify(benchedData));

/** Each event has its own id; otherwise the second would be a retry of the first. */
export const benchedEvent = () => jsonEvent({ type: 'Benched', data: benchedData });

export const benchedEvents = (count: number) => Array.from({ length: count }, benchedEvent);
