// The JSON object that an event's bytes are, if they are one.

/** As `JSON.parse` takes it; `source` is how a number was written. */
export type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * Undefined for any other JSON, and for bytes that are none. A byte order mark before it is passed
 * over.
 */
export function jsonObjectOf(
  bytes: Uint8Array,
  reviver?: Reviver,
): Record<string, unknown> | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes), reviver);
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? (json as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
