// One event as it was stored: who, why, when in both times, what led to it, and its data.
import type { ReactNode } from 'react';
import { Skeleton } from '../../design/states.tsx';
import { date, money, preciseTime } from '../format.ts';
import { useSignedIn } from '../session-context.ts';
import { actorInWords } from './actor-words.ts';
import { EventChip } from './event-chip.tsx';
import { useHistory } from './history-context.ts';
import type { HistoryEvent } from './past.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.event;

export function EventDetail() {
  const { past, shown } = useHistory();
  const event = past.events[shown];
  if (event === undefined) return <Skeleton height="18rem" />;
  return (
    <div className="stack event-detail">
      <div>
        <h3>
          <bdi>{event.summary}</bdi>
        </h3>
        <code className="soft">{event.type}</code>
      </div>
      <dl className="facts">
        <Fact name={words.totalAfter}>
          {event.totalAfter == null ? words.unknown : money(event.totalAfter)}
        </Fact>
        <Fact name={words.who}>
          <Actor event={event} />
        </Fact>
        {event.reason != null && (
          <Fact name={words.why}>
            <bdi>{event.reason}</bdi>
          </Fact>
        )}
        <Fact name={words.happened}>
          <Instant at={event.occurredAt} />
        </Fact>
        <Fact name={words.recorded}>
          <Instant at={event.recordedAt} />
        </Fact>
        <Fact name={words.version}>{event.schemaVersion}</Fact>
        <Ids event={event} />
      </dl>
      <div className="stack tight">
        <h4>{words.data}</h4>
        <pre tabIndex={0} aria-label={words.data}>
          {JSON.stringify(event.data, null, 2)}
        </pre>
      </div>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Actor({ event: { actor } }: { readonly event: HistoryEvent }) {
  const person = useSignedIn();
  const isReader = actor?.subject != null && actor.subject === person?.subject;
  return <bdi>{isReader ? `${words.you} (${actor.subject})` : actorInWords(actor)}</bdi>;
}

function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at}>
      {date(at)} <span className="soft numbers">{preciseTime(at)}</span>
    </time>
  );
}

function Ids({ event }: { readonly event: HistoryEvent }) {
  const { past } = useHistory();
  const { id, commandId, correlationId, causationId } = event;
  const cause = past.events.find((each) => each !== undefined && each.id === causationId);
  const ids = [
    [words.id, id],
    [words.command, commandId],
    [words.correlation, correlationId],
    [words.causation, causationId],
  ] as const;
  return ids.map(([name, value]) =>
    value == null ? null : (
      <Fact key={name} name={name}>
        <code className="id">{value}</code>
        {value === causationId && cause !== undefined && <EventChip revision={cause.revision} />}
      </Fact>
    ),
  );
}
