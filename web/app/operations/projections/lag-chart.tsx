// The lag of the read model that is furthest behind, over the last minutes.
import { counted, number } from '../../format.ts';
import { operationsTexts } from '../texts.ts';
import { type LagSample, shownMs } from './use-lag-history.ts';

const words = operationsTexts.projections;
const width = 600;
const height = 96;

export function LagChart({ samples }: { readonly samples: readonly LagSample[] }) {
  const now = samples.at(-1)?.at ?? 0;
  const lag = samples.at(-1)?.lagEvents ?? 0;
  const most = Math.max(0, ...samples.map(({ lagEvents }) => lagEvents));
  const points = samples.map(({ at, lagEvents }) => ({
    x: width - ((now - at) / shownMs) * width,
    y: height - (most === 0 ? 0 : (lagEvents / most) * (height - 8)) - 1,
  }));
  const line = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const first = points[0]?.x ?? width;
  return (
    <figure className="panel lag-chart">
      <figcaption>
        <h2>{words.lag}</h2>
        <span className="lag-now">{lag === 0 ? words.upToDate : counted(lag, words.events)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.lagChart(number(lag), number(most))}
      >
        <polygon points={`${first.toFixed(1)},${height} ${line} ${width},${height}`} />
        <polyline points={line} />
      </svg>
      <div className="axis" aria-hidden="true">
        <span>{words.ago}</span>
        <span>{words.most(number(most))}</span>
        <span>{words.now}</span>
      </div>
    </figure>
  );
}
