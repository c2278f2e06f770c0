// Which declarations go together, in the real server's words.
import type { SourceDefinition } from '../sandbox/protocol.js';

/** The reason why a projection cannot read what its query declares; undefined if it can. */
export function refusalOf(sources: SourceDefinition): string | undefined {
  const { allStreams, allEvents, byStreams, handlesDeletedNotifications } = sources;
  const hasCategories = sources.categories.length > 0;
  const hasStreams = sources.streams.length > 0;
  const hasEvents = sources.events.length > 0;
  const rules: (readonly [isBroken: boolean, reason: string])[] = [
    [!allStreams && !hasCategories && !hasStreams, 'None of streams and categories are included'],
    [!allEvents && !hasEvents, 'None of events are included'],
    [
      hasStreams && hasCategories,
      'Streams and categories cannot be included in a filter at the same time',
    ],
    [
      allStreams && (hasCategories || hasStreams),
      'Both FromAll and specific categories/streams cannot be set',
    ],
    [allEvents && hasEvents, 'Both AllEvents and specific event filters cannot be set'],
    [
      byStreams && hasStreams,
      'foreachStream projections are not supported on stream based sources',
    ],
    ...reordering(sources),
    [
      handlesDeletedNotifications && !byStreams,
      'Deleted stream notifications are only supported with foreachStream()',
    ],
    [sources.categories.length > 1, 'Specified method is not supported.'],
  ];
  return rules.find(([isBroken]) => isBroken)?.[1];
}

function reordering({ reorderEvents, processingLag, allStreams, streams }: SourceDefinition) {
  if (!reorderEvents) return [];
  return [
    [allStreams, 'Event reordering cannot be used with fromAll()'],
    [streams.length <= 1, 'Event reordering is only available in fromStreams([]) projections'],
    [
      processingLag !== null && processingLag < 50,
      'Event reordering requires processing lag at least of 50ms',
    ],
  ] as const;
}

/** The streams that a projection reads; none when it reads the log itself. */
export function streamsOf({ allStreams, categories, streams }: SourceDefinition): string[] {
  if (allStreams) return [];
  return [...new Set([...categories.map((category) => `$ce-${category}`), ...streams])];
}
