// The total as a line, and the events below it as ticks; drawn anew only when they change.
import { useMemo } from 'react';
import { eventKinds, kindOf } from './event-kinds.ts';
import type { History } from './history-context.ts';
import {
  areaUnder,
  NOW_WIDTH,
  placeOf,
  ticks,
  totalLine,
  type Track as TrackData,
} from './track-geometry.ts';

const chartHeight = 150;
const railHeight = 22;
/** In pixels. */
const denseEventWidth = 3;

interface ChartDrawingProps {
  readonly data: TrackData;
  readonly history: History;
  readonly width: number;
}

export function ChartDrawing({ data, history, width }: ChartDrawingProps) {
  const { events } = history.past;
  const drawn = useMemo(() => {
    const frame = { width, height: chartHeight };
    const line = totalLine(data, frame);
    const marks = eventKinds.map((kind) => {
      const revisions = events.flatMap((event) =>
        event !== undefined && kindOf(event) === kind ? [event.revision] : [],
      );
      return [kind, ticks(data, revisions, { width, height: railHeight - 6 })] as const;
    });
    return { line, area: line === undefined ? undefined : areaUnder(line, frame), marks };
  }, [data, events, width]);
  // With many events on each pixel, a thick line would be a block.
  const isDense = events.length * denseEventWidth > width;
  const { from } = history.place;
  const ends = [from ?? history.shown, history.shown].map((each) => placeOf(data, each) ?? 0);
  const [begin = 0, end = 0] = ends.sort((a, b) => a - b);
  return (
    <svg
      className={isDense ? 'dense' : undefined}
      width={width}
      height={chartHeight + railHeight}
      viewBox={`0 0 ${width} ${chartHeight + railHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {[0, 0.5, 1].map((share) => (
        <path key={share} className="grid" d={`M0 ${chartHeight * share}H${width + NOW_WIDTH}`} />
      ))}
      {from !== null && (
        <rect
          className="compared"
          x={begin * width}
          width={Math.max(1, (end - begin) * width)}
          y="0"
          height={chartHeight}
        />
      )}
      <path className="area" d={drawn.area} />
      <path className="line" d={drawn.line} />
      <g transform={`translate(0 ${chartHeight + 6})`}>
        {drawn.marks.map(([kind, path]) => (
          <path key={kind} className={`tick ${kind}`} d={path} />
        ))}
      </g>
    </svg>
  );
}
