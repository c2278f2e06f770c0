// Bars over time, drawn by uPlot in the colours of the page. The pointer and the arrow keys choose
// a bar; what it stands for is written above the chart, for screen readers too.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useWidth } from '../../history/use-width.ts';
import { colourOf, useScheme } from './colours.ts';

export interface BarSeries {
  /** The name of a colour of the design, such as `--amber`. */
  readonly colour: string;
  readonly values: readonly number[];
  /** Where there are several: what its bars are. */
  readonly name?: string;
}

interface BarChartProps {
  /** What the chart shows, in a sentence. */
  readonly label: string;
  readonly series: readonly BarSeries[];
  /** Of a bar, below the axis. */
  readonly tickOf: (index: number) => string;
  /** Of a value, beside the axis. */
  readonly valueOf: (value: number) => string;
  /** What one bar stands for. */
  readonly wordsOf: (index: number) => string;
}

const height = 260;

export default function BarChart({ label, series, tickOf, valueOf, wordsOf }: BarChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const width = useWidth(frame);
  const scheme = useScheme();
  const [chosen, setChosen] = useState<number | null>(null);
  const count = series[0]?.values.length ?? 0;
  // The functions change with every render; the drawing has the newest of them.
  const texts = useRef({ tickOf, valueOf });
  texts.current = { tickOf, valueOf };
  useEffect(() => {
    const { current } = frame;
    if (current === null || width === 0) return undefined;
    const made = new uPlot(
      optionsOf(series, width, texts, (index) => setChosen(index)),
      [
        Array.from({ length: count }, (_bar, index) => index),
        ...series.map(({ values }) => [...values]),
      ],
      current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
    // The colours are read anew when the scheme changes.
  }, [series, width, count, scheme]);

  const choose = (index: number) => {
    const drawn = plot.current;
    const within = Math.min(count - 1, Math.max(0, index));
    setChosen(within);
    drawn?.setCursor({ left: drawn.valToPos(within, 'x'), top: 0 }, false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose((chosen ?? (step > 0 ? -1 : count)) + step);
  };
  const isChosen = chosen !== null && chosen < count;
  return (
    <div>
      <p className="chart-words" aria-live="polite">
        {isChosen ? wordsOf(chosen) : label}
      </p>
      <div
        ref={frame}
        className="chart-frame"
        role="img"
        aria-label={label}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
      />
      <Legend series={series} />
    </div>
  );
}

function Legend({ series }: { readonly series: readonly BarSeries[] }) {
  const named = series.flatMap(({ name, colour }) =>
    name === undefined ? [] : [{ name, colour }],
  );
  if (named.length === 0) return null;
  return (
    <ul className="chart-legend">
      {named.map(({ name, colour }) => (
        <li key={name}>
          <span style={{ background: `var(${colour})` }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}

type Texts = { readonly current: Pick<BarChartProps, 'tickOf' | 'valueOf'> };

function optionsOf(
  series: readonly BarSeries[],
  width: number,
  texts: Texts,
  onChosen: (index: number | null) => void,
): uPlot.Options {
  const ink = colourOf('--ink-soft');
  const line = colourOf('--line');
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const bars = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.12 });
  const axis = { stroke: ink, font, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      ...{ bind: { dblclick: () => null } },
    },
    scales: {
      // Half a bar more at either end.
      x: { time: false, range: (_plot, least, most) => [least - 0.5, most + 0.5] },
      y: { range: (_plot, least, most) => rangeOf(least, most) },
    },
    axes: [
      {
        ...axis,
        size: 32,
        grid: { show: false },
        space: 70,
        incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 72, 90, 168, 336, 672],
        values: (_plot, splits) =>
          splits.map((at) => (Number.isInteger(at) && at >= 0 ? texts.current.tickOf(at) : '')),
      },
      {
        ...axis,
        grid: { stroke: line, width: 1 },
        size: 62,
        values: (_plot, splits) => splits.map((value) => texts.current.valueOf(value)),
      },
    ],
    series: [
      {},
      ...series.map(({ colour }) => ({
        ...(bars && { paths: bars }),
        fill: colourOf(colour),
        stroke: colourOf(colour),
        width: 0,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [(drawn) => onChosen(drawn.cursor.idx ?? null)],
    },
  };
}

/** From zero, with room above; refunds can make a bar negative. */
function rangeOf(least: number | null, most: number | null): [number, number] {
  const low = Math.min(0, least ?? 0);
  const high = Math.max(0, most ?? 0);
  return high === low ? [0, 1] : [low * 1.05, high * 1.05];
}
