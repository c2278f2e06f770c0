// The chart of the track: axis, line and rail, and the handles that are dragged over them.
import { useMemo, useRef } from 'react';
import { dateTime, money } from '../format.ts';
import { ChartDrawing } from './chart-drawing.tsx';
import { dragging, Handle } from './chart-handle.tsx';
import type { History } from './history-context.ts';
import { highestTotal, revisionAt, type Scale, type Track as TrackData } from './track-geometry.ts';
import { useWidth } from './use-width.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.track;

function useTrackData({ past, carts, shown }: History, scale: Scale): TrackData {
  const opened = carts.peek(shown)?.openedAt ?? past.events[0]?.occurredAt;
  return useMemo(() => {
    const points = past.events.map(
      (event) =>
        event && {
          at: Date.parse(event.occurredAt),
          total: event.totalAfter?.minorUnits ?? 0,
        },
    );
    const begin = opened === undefined ? (points.find(Boolean)?.at ?? 0) : Date.parse(opened);
    return { points, scale, begin };
  }, [past.events, scale, opened]);
}

export function Chart({ scale, history }: { readonly scale: Scale; readonly history: History }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const data = useTrackData(history, scale);
  const { shown, show, place, compareFrom } = history;
  const revisionUnder = ({ clientX }: { readonly clientX: number }) => {
    const box = frame.current?.getBoundingClientRect();
    return box === undefined ? shown : revisionAt(data, (clientX - box.left) / box.width);
  };
  return (
    <div className="chart">
      <Axis history={history} />
      <div className="plot-frame">
        <div
          ref={frame}
          className="plot"
          data-testid="plot"
          {...dragging((event) => show(revisionUnder(event)))}
        >
          {width > 0 && <ChartDrawing data={data} history={history} width={width} />}
          {place.from !== null && (
            <Handle
              name="from"
              label={words.from}
              revision={place.from}
              data={data}
              onMove={compareFrom}
              revisionUnder={revisionUnder}
            />
          )}
          <Handle
            name="now"
            label={words.now}
            revision={shown}
            data={data}
            onMove={show}
            revisionUnder={revisionUnder}
          >
            <Bubble history={history} />
          </Handle>
        </div>
        <Ends history={history} />
      </div>
    </div>
  );
}

/** The highest total, half of it, and nothing. */
function Axis({ history }: { readonly history: History }) {
  const { events } = history.past;
  const [highest, sample] = useMemo(() => {
    const totals = events.map(
      (event) => event && { at: 0, total: event.totalAfter?.minorUnits ?? 0 },
    );
    const most = highestTotal(totals);
    return [most, events.find((event) => event?.totalAfter?.minorUnits === most)?.totalAfter];
  }, [events]);
  if (sample == null || highest === 0) return null;
  const zero = { ...sample, decimal: '0' };
  return (
    <div className="axis numbers" aria-hidden="true">
      <span>{money(sample, { notation: 'compact' })}</span>
      <span>{money(zero, { minimumFractionDigits: 0, maximumFractionDigits: 0 })}</span>
    </div>
  );
}

function Ends({ history }: { readonly history: History }) {
  const { past, carts, shown } = history;
  const begin = carts.peek(shown)?.openedAt ?? past.events[0]?.occurredAt;
  const end = past.events.at(-1)?.occurredAt;
  return (
    <div className="ends numbers" aria-hidden="true">
      <span>{begin !== undefined && dateTime(begin)}</span>
      <span>{end !== undefined && dateTime(end)}</span>
    </div>
  );
}

function Bubble({ history }: { readonly history: History }) {
  const event = history.past.events[history.shown];
  const total = history.cartAtInstant?.totals.total ?? event?.totalAfter;
  if (total == null) return null;
  return <span className="bubble numbers">{money(total)}</span>;
}
