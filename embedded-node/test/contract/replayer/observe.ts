// What a step saw, in plain values: errors become their type and public fields, a Map an object.
import { isObject } from './transcript.js';

export type Observation = Record<string, unknown>;

const untold = new Set(['type', 'code', 'message', 'name', 'stack', '_raw']);

/** An error of the client by its type and public fields, any other by its class. */
export function observeError(error: unknown): Observation {
  if (!(error instanceof Error)) return { type: null, class: typeof error };
  const type: unknown = Reflect.get(error, 'type');
  if (typeof type !== 'string') {
    return { type: null, class: error.constructor.name, _message: error.message };
  }
  const fields = Object.entries(error)
    .filter(([key]) => !untold.has(key))
    // A reason is free text of the server, which transcripts tell but do not compare.
    .map(([key, value]) => [key === 'reason' ? '_reason' : key, value as unknown]);
  return {
    type,
    code: Reflect.get(error, 'code') as unknown,
    ...(Object.fromEntries(fields) as Observation),
    _message: error.message,
  };
}

/** The same value with every Map and Set in it made plain. */
export function plain(value: unknown): unknown {
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value instanceof Set) return plain([...(value as Set<unknown>)]);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date || value instanceof Uint8Array || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
