// The spans of a batch: one for each event that was appended in a sampled trace, a child of its
// append, from the start of the batch until its rows are committed. A batch has no span of its own:
// its events belong to many traces, and each of these shows how long the batch took, and how many
// events it had.
import type { StoredEvent } from '../event-store/stored-event.js';
import { faultClassOf, type MeasuredSpan } from '../tracing/tracing.js';
import { traceparentIn } from '../tracing/traceparent.js';
import type { Time } from '../waiting/time.js';

/** Takes the spans that the projector has measured. */
export type SpanTaker = (spans: readonly MeasuredSpan[]) => void;

/** Applies a batch and tells the spans of its events, also when it fails. */
export async function measured<Result>(
  batch: readonly StoredEvent[],
  apply: () => Promise<Result>,
  take: SpanTaker,
  time: Pick<Time, 'now' | 'monotonicMs'>,
): Promise<Result> {
  const startedAt = time.now();
  const begunMs = time.monotonicMs();
  const tell = (fault?: string) => {
    const endedAt = startedAt + (time.monotonicMs() - begunMs);
    const spans = spansOf(batch, { startedAt, endedAt, fault });
    if (spans.length > 0) take(spans);
  };
  try {
    const result = await apply();
    tell();
    return result;
  } catch (fault) {
    tell(faultClassOf(fault));
    throw fault;
  }
}

function spansOf(
  batch: readonly StoredEvent[],
  measures: Pick<MeasuredSpan, 'startedAt' | 'endedAt' | 'fault'>,
): readonly MeasuredSpan[] {
  return batch.flatMap(({ metadata, type, stream }): MeasuredSpan[] => {
    const parent = traceparentIn(metadata);
    if (parent === undefined) return [];
    const attributes = {
      'cartograph.event.type': type,
      'cartograph.stream.category': stream.split('-', 1)[0] ?? '',
      'cartograph.projection.batch': batch.length,
    };
    return [{ name: 'project', kind: 'consumer', attributes, parent, ...measures }];
  });
}
