// On a server that others use, a list or a log holds more than the run's own: these pick that out.
import type { RunValues } from './run-values.js';
import { valueAt } from './paths.js';

/** Whether an event's record in the log, its link if there is one, is of the run's own streams. */
export function isOwnEvent(resolved: unknown, values: RunValues): boolean {
  const stream = String(valueAt(resolved, 'link.streamId') ?? valueAt(resolved, 'event.streamId'));
  if (!stream.includes(values.digits)) return false;
  return !stream.startsWith('$') || /^\$\$[^$]/.test(stream);
}

function isMentioned(resolved: unknown, values: RunValues): boolean {
  const data = valueAt(resolved, 'event.data');
  const text = data instanceof Uint8Array ? Buffer.from(data).toString() : JSON.stringify(data);
  return valueAt(resolved, 'event.type') === '$>' && text.includes(values.digits);
}

export function keepEvents(
  events: unknown[],
  keep: 'own' | 'mentioned' | undefined,
  values: RunValues,
): unknown[] {
  if (keep === undefined) return events;
  const isKept = keep === 'own' ? isOwnEvent : isMentioned;
  return events.filter((event) => isKept(event, values));
}

/** Of a list of persistent subscriptions, those of this run; their order means nothing. */
export function keepOwnSubscriptions(list: unknown, values: RunValues): unknown {
  if (!Array.isArray(list)) return list;
  return list.filter((item: unknown) =>
    [valueAt(item, 'eventSource'), valueAt(item, 'groupName')].some((name) =>
      String(name).includes(values.digits),
    ),
  );
}
