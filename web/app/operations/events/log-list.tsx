// The list of events. Only those in view are drawn; older ones are loaded when its end is near.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Button } from '../../../design/button.tsx';
import { EmptyState, Skeleton } from '../../../design/states.tsx';
import { counted, date, number, preciseTime } from '../../format.ts';
import { actorInWords } from '../../history/actor-words.ts';
import { findingTexts } from '../finding/texts.ts';
import type { LogRow, LogWatch, WatchedLog } from './log-watch.ts';

const words = findingTexts.events;
const rowHeight = 58;
const rowsAhead = 16;
/** Above this many pixels the reader looks at the newest. */
const atTopWithin = 24;

interface LogListProps {
  readonly watch: LogWatch;
  readonly log: WatchedLog;
  /** The id of an event. */
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

export function LogList({ watch, log, chosen, onChoose }: LogListProps) {
  const frame = useRef<HTMLDivElement>(null);
  const showFresh = () => {
    watch.showFresh();
    if (frame.current !== null) frame.current.scrollTop = 0;
  };
  return (
    <div className="log-list panel">
      {log.fresh.length > 0 && (
        <Button size="small" wide look="quiet" onClick={showFresh}>
          {counted(log.fresh.length, words.waiting)}
        </Button>
      )}
      {log.rows.length === 0 && !log.isLoading ? (
        <EmptyState icon="list" title={words.emptyTitle}>
          {words.empty}
        </EmptyState>
      ) : (
        <Rows frame={frame} watch={watch} log={log} chosen={chosen} onChoose={onChoose} />
      )}
      <ListEnd watch={watch} log={log} />
    </div>
  );
}

interface RowsProps extends LogListProps {
  readonly frame: React.RefObject<HTMLDivElement | null>;
}

function Rows({ frame, watch, log: { rows, hasOlder, isLoading }, chosen, onChoose }: RowsProps) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: rowsAhead,
    getItemKey: (index) => rows[index]?.event.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const end = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && end >= rows.length - rowsAhead / 2;
  const isFull = (frame.current?.scrollHeight ?? 0) > (frame.current?.clientHeight ?? 0);
  useEffect(() => {
    if (isNearEnd && isFull && hasOlder && !isLoading) watch.loadOlder();
  }, [isNearEnd, isFull, hasOlder, isLoading, watch]);
  const at = rows.findIndex(({ event }) => event.id === chosen);
  const chooseAt = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    onChoose(row.event.id);
    virtual.scrollToIndex(index, { align: 'auto' });
  };
  return (
    <div
      ref={frame}
      className="log-rows"
      role="listbox"
      aria-label={words.list}
      aria-busy={isLoading}
      aria-activedescendant={at < 0 ? undefined : `log-${chosen}`}
      tabIndex={0}
      onScroll={({ currentTarget }) => watch.hold(currentTarget.scrollTop > atTopWithin)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        chooseAt(Math.max(0, at + step));
      }}
    >
      <div className="inside" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ key, index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={key}
              id={`log-${row.event.id}`}
              role="option"
              aria-selected={row.event.id === chosen}
              className="log-row"
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onChoose(row.event.id)}
            >
              <Row row={row} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ row: { event } }: { readonly row: LogRow }) {
  const { type, stream, revision, recordedAt, actor } = event;
  return (
    <>
      <span className="log-what">
        <bdi className="log-type">{type}</bdi>
        <bdi className="soft log-stream">
          {stream} · {words.at(number(revision))}
        </bdi>
      </span>
      <span className="log-when soft">
        <time dateTime={recordedAt} className="numbers">
          {preciseTime(recordedAt)}
        </time>
        <span>
          {date(recordedAt)}
          {actor != null && (
            <>
              {' · '}
              <bdi>{actorInWords(actor)}</bdi>
            </>
          )}
        </span>
      </span>
    </>
  );
}

function ListEnd({ watch, log: { rows, hasOlder, isLoading, examined } }: TailProps) {
  const searched = counted(examined, words.searched);
  return (
    <div className="row apart list-end soft" role="status">
      {isLoading ? (
        <>
          <span>{words.searching} …</span>
          {rows.length === 0 && <Skeleton height="10rem" />}
        </>
      ) : (
        <span>{hasOlder ? searched : `${words.start} · ${searched}`}</span>
      )}
      {hasOlder && !isLoading && (
        <Button size="small" onClick={watch.loadOlder}>
          {words.goOn}
        </Button>
      )}
    </div>
  );
}

type TailProps = Pick<LogListProps, 'watch' | 'log'>;
