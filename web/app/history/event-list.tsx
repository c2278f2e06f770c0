// The events, oldest first. Only those in view are drawn, however many there are.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react';
import { EmptyState, Skeleton } from '../../design/states.tsx';
import { dateTime, money, number, preciseTime } from '../format.ts';
import { actorInWords } from './actor-words.ts';
import { type EventKind, eventKinds, kindOf } from './event-kinds.ts';
import { useHistory } from './history-context.ts';
import type { HistoryEvent } from './past.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.list;
const rowHeight = 58;
const rowsAhead = 12;

export function EventList() {
  const { past } = useHistory();
  const [kind, setKind] = useState<EventKind | null>(null);
  const revisions = useMemo(
    () =>
      past.events.flatMap((event, revision) =>
        kind === null || (event !== undefined && kindOf(event) === kind) ? [revision] : [],
      ),
    [past.events, kind],
  );
  return (
    <section className="panel events" aria-label={words.title}>
      <div className="row apart">
        <h2>{words.title}</h2>
        <KindFilter kind={kind} onChange={setKind} />
      </div>
      {revisions.length === 0 ? (
        <EmptyState icon="history" title={words.noneTitle}>
          {words.none}
        </EmptyState>
      ) : (
        <Rows revisions={revisions} />
      )}
    </section>
  );
}

interface KindFilterProps {
  readonly kind: EventKind | null;
  readonly onChange: (kind: EventKind | null) => void;
}

function KindFilter({ kind, onChange }: KindFilterProps) {
  return (
    <div className="segments small" role="group" aria-label={words.filter}>
      {[null, ...eventKinds].map((each) => (
        <button
          key={each ?? 'all'}
          type="button"
          aria-pressed={kind === each}
          onClick={() => onChange(each)}
        >
          {each === null ? words.all : historyTexts.track[each]}
        </button>
      ))}
    </div>
  );
}

function Rows({ revisions }: { readonly revisions: readonly number[] }) {
  const { past, place, shown, show } = useHistory();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: revisions.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: rowsAhead,
    getItemKey: (index) => revisions[index] ?? index,
  });
  const index = nearestIndex(revisions, shown);
  useEffect(() => {
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' });
  }, [index, rows]);
  return (
    <div
      ref={frame}
      className="event-rows"
      role="listbox"
      aria-label={words.label}
      aria-activedescendant={index < 0 ? undefined : rowId(revisions[index] ?? 0)}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        const next = revisions[index + step];
        if (step === 0 || next === undefined) return;
        event.preventDefault();
        show(next);
      }}
    >
      <div
        className="inside"
        style={
          { height: rows.getTotalSize(), '--digits': digitsOf(past.events.length) } as CSSProperties
        }
      >
        {rows.getVirtualItems().map(({ key, index: at, start }) => {
          const revision = revisions[at] ?? 0;
          return (
            <div
              key={key}
              id={rowId(revision)}
              role="option"
              aria-selected={revision === shown}
              aria-posinset={at + 1}
              aria-setsize={revisions.length}
              className="event-row"
              data-from={revision === place.from || undefined}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => show(revision)}
            >
              <Row revision={revision} event={past.events[revision]} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const rowId = (revision: number) => `event-${revision}`;

const digitsOf = (length: number) => number(length).length;

/** With a filter, the shown event may not be among them: then the one before it. */
function nearestIndex(revisions: readonly number[], shown: number): number {
  return revisions.findLastIndex((revision) => revision <= shown);
}

interface RowProps {
  readonly revision: number;
  readonly event: HistoryEvent | undefined;
}

function Row({ revision, event }: RowProps) {
  if (event === undefined) {
    return (
      <>
        <span className="visually-hidden">{words.loading}</span>
        <span className="revision numbers">{number(revision)}</span>
        <Skeleton width="70%" />
      </>
    );
  }
  const { summary, occurredAt, totalAfter, actor } = event;
  return (
    <>
      <span className={`revision numbers kind ${kindOf(event)}`}>{number(revision)}</span>
      <span className="what">
        <bdi>{summary}</bdi>
        <span className="below">
          <span className="soft when" title={preciseTime(occurredAt)}>
            {dateTime(occurredAt)} · <bdi>{actorInWords(actor)}</bdi>
          </span>
          {totalAfter != null && <span className="numbers">{money(totalAfter)}</span>}
        </span>
      </span>
    </>
  );
}
