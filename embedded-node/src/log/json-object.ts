// Parses bytes as JSON, or as a JSON object.

/** As for `JSON.parse`; `source` is the original text of a number. */
export type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** Undefined for other JSON and for invalid bytes. A leading byte order mark is skipped. */
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

/** Undefined for what is no JSON. */
export function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
