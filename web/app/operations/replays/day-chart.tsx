// The impact of each day as columns: less below the line, more above it. Its numbers are in a table
// for people who cannot see it.
import type { ImpactShareFieldsFragment } from '../../../../schema/generated/graphql.ts';
import { date, moneyWithSign } from '../../format.ts';
import { signOf, sizeOf } from './share-bars.tsx';
import { reportTexts } from './texts.ts';

const words = reportTexts;
const height = 100;
/** A single day is a column, not a wall. */
const leastDays = 14;
const gap = 0.25;

export function DayChart({ shares }: { readonly shares: readonly ImpactShareFieldsFragment[] }) {
  const lessMost = Math.max(0, ...shares.filter((one) => signOf(one) === 'less').map(sizeOf));
  const moreMost = Math.max(0, ...shares.filter((one) => signOf(one) === 'more').map(sizeOf));
  const scale = height / Math.max(lessMost + moreMost, Number.MIN_VALUE);
  const zero = moreMost * scale;
  const days = Math.max(shares.length, leastDays);
  const first = shares[0]?.key;
  const last = shares.at(-1)?.key;
  return (
    <section className="panel stack day-chart">
      <h2>{words.byDay}</h2>
      <svg viewBox={`0 0 ${days} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {shares.map((share, index) => (
          <rect
            key={`${share.key} ${share.difference.currency}`}
            className={signOf(share)}
            x={index + gap / 2}
            width={1 - gap}
            y={signOf(share) === 'more' ? zero - sizeOf(share) * scale : zero}
            height={Math.max(sizeOf(share) * scale, 0.5)}
          />
        ))}
        <line x1="0" x2={days} y1={zero} y2={zero} />
      </svg>
      <div className="axis soft" aria-hidden="true">
        <span>{first !== undefined && date(first)}</span>
        <span>{last !== undefined && last !== first && date(last)}</span>
      </div>
      <table className="visually-hidden">
        <caption>{words.byDay}</caption>
        <tbody>
          {shares.map((share) => (
            <tr key={`${share.key} ${share.difference.currency}`}>
              <th scope="row">{date(share.key)}</th>
              <td>{moneyWithSign(share.difference)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
