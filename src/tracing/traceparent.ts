// The trace in which an event was appended, from the event's metadata. Only sampled traces are
// stored there. Other programs append too, so a value of any kind may stand in its place.

/** Version 00, sampled: https://www.w3.org/TR/trace-context/#traceparent-header */
const SAMPLED = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f][13579bdf]$/;

/** Undefined for metadata that names no sampled trace. */
export function traceparentIn(metadata: { readonly traceparent?: unknown }): string | undefined {
  const { traceparent } = metadata;
  return typeof traceparent === 'string' && SAMPLED.test(traceparent) ? traceparent : undefined;
}
