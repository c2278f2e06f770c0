// A reaction whose acts are traced: each is a trace of its own, linked to the one in which its
// event was appended. A reaction may act much later and more than once, and what it appends has
// reactions again; as one trace, an order would never end.
import type { StoredEvent } from '../event-store/stored-event.js';
import { inSpan, type SpanStart, type Tracing } from '../tracing/tracing.js';
import { traceparentIn } from '../tracing/traceparent.js';
import type { Reaction } from './reaction.js';

/** The reaction itself when nothing is traced. */
export function tracedReaction(reaction: Reaction, tracing: Tracing | undefined): Reaction {
  if (tracing === undefined) return reaction;
  return {
    ...reaction,
    act: (stored, signal, onFailure) => {
      const act = () => reaction.act(stored, signal, onFailure);
      const traceparent = traceparentIn(stored.metadata);
      if (traceparent === undefined) return act();
      const span = tracing.react(reactionSpan(reaction, stored), traceparent);
      return span === undefined ? act() : inSpan(span, act);
    },
  };
}

function reactionSpan({ name }: Reaction, { type, stream }: StoredEvent): SpanStart {
  return {
    name: `react ${name}`,
    kind: 'consumer',
    attributes: {
      'cartograph.reaction': name,
      'cartograph.event.type': type,
      'cartograph.stream.category': stream.split('-', 1)[0] ?? '',
    },
  };
}
