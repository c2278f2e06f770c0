// The shares of an impact as bars: less to the left of the middle, more to the right.
import type { ImpactShareFieldsFragment } from '../../../../schema/generated/graphql.ts';
import { counted, moneyWithSign } from '../../format.ts';
import { reportTexts } from './texts.ts';

const words = reportTexts;

interface ShareBarsProps {
  readonly title: string;
  readonly shares: readonly ImpactShareFieldsFragment[];
  /** What the rest of the difference is called. */
  readonly otherwise?: string;
}

export function ShareBars({ title, shares, otherwise = words.otherwise }: ShareBarsProps) {
  const most = Math.max(...shares.map(sizeOf), Number.MIN_VALUE);
  return (
    <section className="panel stack">
      <h2>{title}</h2>
      <ol className="share-bars">
        {shares.map((share) => (
          <li key={`${share.key} ${share.difference.currency}`}>
            <span className="label">
              <bdi>{share.name ?? (share.key === '(none)' ? otherwise : share.key)}</bdi>
              <span className="soft">{counted(share.carts, words.carts)}</span>
            </span>
            <span className={signOf(share)}>{moneyWithSign(share.difference)}</span>
            <span className="bar" aria-hidden="true">
              <span
                className={signOf(share)}
                style={{ width: `${Math.max(1, (sizeOf(share) / most) * 100)}%` }}
              />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export const sizeOf = ({ difference }: ImpactShareFieldsFragment): number =>
  Math.abs(Number(difference.decimal));

export const signOf = ({ difference }: ImpactShareFieldsFragment): 'less' | 'more' =>
  Number(difference.decimal) < 0 ? 'less' : 'more';
