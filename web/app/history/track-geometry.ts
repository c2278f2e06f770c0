// Where events stand on the track, and the line of totals above them, drawn with at most a few
// points for each pixel, however many events there are.

export type Scale = 'revision' | 'time';

/** How far the newest total is drawn beyond its event, in pixels. */
export const NOW_WIDTH = 14;

/** What the track needs to know of an event; undefined: not loaded yet. */
export type TrackPoint = { readonly at: number; readonly total: number } | undefined;

export interface Frame {
  readonly width: number;
  readonly height: number;
}

export interface Track {
  readonly points: readonly TrackPoint[];
  readonly scale: Scale;
  /** The instant of the first event, in milliseconds since 1970. */
  readonly begin: number;
}

/** From 0 to 1; undefined where the event's time is not known yet. */
export function placeOf({ points, scale, begin }: Track, revision: number): number | undefined {
  const last = points.length - 1;
  if (last <= 0) return 0;
  if (scale === 'revision') return revision / last;
  const [point, end] = [points[revision], points[last]];
  if (point === undefined || end === undefined) return undefined;
  return end.at <= begin ? revision / last : (point.at - begin) / (end.at - begin);
}

/** The revision that stands nearest to a place from 0 to 1. */
export function revisionAt(track: Track, place: number): number {
  const last = Math.max(0, track.points.length - 1);
  const clamped = Math.min(1, Math.max(0, place));
  const end = track.points[last];
  if (track.scale === 'revision' || end === undefined || end.at <= track.begin) {
    return Math.round(clamped * last);
  }
  return nearestTo(track.points, track.begin + clamped * (end.at - track.begin));
}

/** Times never decrease. Of several events at one instant, the last. */
function nearestTo(points: readonly TrackPoint[], at: number): number {
  let low = points.findIndex((point) => point !== undefined);
  let high = points.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((points[middle]?.at ?? -Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  const [before, after] = [points[low], points[low + 1]];
  if (before === undefined || after === undefined) return Math.max(0, low);
  return at - before.at > after.at - at ? low + 1 : low;
}

export function highestTotal(points: readonly TrackPoint[]): number {
  return points.reduce((most, point) => Math.max(most, point?.total ?? 0), 0);
}

interface Column {
  readonly x: number;
  first: number;
  low: number;
  high: number;
  last: number;
}

/** A total holds until the next event: the line goes in steps. Undefined without any event. */
export function totalLine(track: Track, { width, height }: Frame): string | undefined {
  const highest = Math.max(1, highestTotal(track.points));
  const yOf = (total: number) => round(height - (total / highest) * height);
  const columns = columnsOf(track, width);
  const [begin] = columns;
  if (begin === undefined) return undefined;
  const steps = columns.map(({ x, first, low, high, last }) => {
    const heights = [first, low, high, last].map(yOf);
    const turns = heights.filter((y, index) => index === 0 || y !== heights[index - 1]);
    return `H${x}${turns.map((y) => `V${y}`).join('')}`;
  });
  return `M${begin.x} ${yOf(begin.first)}${steps.join('')}H${width + NOW_WIDTH}`;
}

/** The line with everything below it, down to the ground. */
export function areaUnder(line: string, { height }: Frame): string {
  const start = /^M([\d.-]+)/.exec(line)?.[1] ?? '0';
  return `${line}V${height}H${start}Z`;
}

function columnsOf(track: Track, width: number): readonly Column[] {
  const columns: Column[] = [];
  track.points.forEach((point, revision) => {
    const place = placeOf(track, revision);
    if (point === undefined || place === undefined) return;
    const x = round(place * width, 1);
    const { total } = point;
    const column = columns.at(-1);
    if (column === undefined || x - column.x >= 0.5) {
      columns.push({ x, first: total, low: total, high: total, last: total });
      return;
    }
    column.low = Math.min(column.low, total);
    column.high = Math.max(column.high, total);
    column.last = total;
  });
  return columns;
}

/** One tick for each pixel that has at least one of these events. */
export function ticks(track: Track, revisions: readonly number[], frame: Frame): string {
  const places = revisions.flatMap((revision) => {
    const place = placeOf(track, revision);
    return place === undefined ? [] : [Math.round(place * frame.width)];
  });
  return [...new Set(places)].map((x) => `M${x} 0V${frame.height}`).join('');
}

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
