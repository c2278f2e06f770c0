// The cart as it stood at the shown moment, with what the event changed.
import { useRef, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Badge, ErrorState, Skeleton } from '../../design/states.tsx';
import { Artwork } from '../artwork/artwork.tsx';
import { wordsOf } from '../faults.ts';
import { dateTime, money, number } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { changedCoupons, changedLines } from './cart-changes.ts';
import { type CartThen as Cart, useHistory } from './history-context.ts';
import { TotalParts } from './total-parts.tsx';
import { historyTexts } from './texts.ts';

const words = historyTexts.cart;

/** The shown cart, or the last one that could be shown, while the shown one is loaded. */
function useCartThen() {
  const { carts, shown, cartAtInstant } = useHistory();
  const lastSeen = useRef<Cart | undefined>(undefined);
  const cart = cartAtInstant ?? carts.peek(shown);
  if (cart !== undefined) lastSeen.current = cart;
  const before = shown === 0 ? undefined : carts.peek(shown - 1);
  return { cart: cart ?? lastSeen.current, before, isLate: cart === undefined };
}

export function CartThen() {
  const { carts, shown, past } = useHistory();
  const { cart, before, isLate } = useCartThen();
  const fault = carts.faultAt(shown);
  return (
    <section className="panel cart-then" aria-label={words.title} aria-busy={isLate || undefined}>
      <div className="row apart">
        <h2>{words.title}</h2>
        {cart !== undefined && <Status cart={cart} />}
      </div>
      <p className="soft event-words" aria-live="polite" data-testid="event-words">
        <bdi>{past.events[shown]?.summary ?? texts.loading}</bdi>
      </p>
      {fault !== undefined ? (
        <ErrorState
          title={texts.faults.loadTitle}
          retryLabel={texts.retry}
          onRetry={() => carts.retry(shown)}
        >
          {wordsOf(fault)}
        </ErrorState>
      ) : cart === undefined ? (
        <Skeleton height="14rem" />
      ) : (
        <Contents cart={cart} before={before} />
      )}
    </section>
  );
}

const tones = { OPEN: 'plain', CHECKED_OUT: 'good', ABANDONED: 'warm', MERGED: 'warm' } as const;

function Status({ cart }: { readonly cart: Cart }) {
  return (
    <div className="row">
      <span className="soft numbers">{dateTime(cart.updatedAt)}</span>
      <Badge tone={tones[cart.status]}>{words.statuses[cart.status]}</Badge>
    </div>
  );
}

interface ContentsProps {
  readonly cart: Cart;
  readonly before: Cart | undefined;
}

function Contents({ cart, before }: ContentsProps) {
  return (
    <div className="stack" data-testid="cart-then" data-revision={cart.revision}>
      {cart.lines.length === 0 && before?.lines.length !== 1 ? (
        <p className="soft empty">{words.empty}</p>
      ) : (
        <Lines cart={cart} before={before} />
      )}
      <CouponRows cart={cart} before={before} />
      <TotalParts cart={cart} before={before} />
    </div>
  );
}

/** More rows than this would slow the slider down. What changed is always among them. */
const mostUnchanged = 40;

type ChangedLine = ReturnType<typeof changedLines>[number];

function Lines({ cart, before }: ContentsProps) {
  const [isAll, setAll] = useState(false);
  const lines = changedLines(cart.lines, before?.lines);
  const unchanged = lines.filter(({ change }) => change === 'none').slice(0, mostUnchanged);
  const isCut = !isAll && lines.length > mostUnchanged;
  const shown = isCut
    ? lines.filter((line) => line.change !== 'none' || unchanged.includes(line))
    : lines;
  return (
    <>
      <ul
        className="then-lines"
        {...(shown.length > 6 && { tabIndex: 0 })}
        aria-label={words.title}
      >
        {shown.map((line) => (
          <ThenLine key={line.item.sku} line={line} />
        ))}
      </ul>
      {isCut && shown.length < lines.length && (
        <div className="row apart">
          <span className="soft">{words.someLines(number(unchanged.length))}</span>
          <Button size="small" look="quiet" onClick={() => setAll(true)}>
            {words.showAll(number(lines.length))}
          </Button>
        </div>
      )}
    </>
  );
}

function ThenLine({ line: { item, before: was, change } }: { readonly line: ChangedLine }) {
  return (
    <li className="then-line" data-change={change}>
      <Artwork sku={item.sku} />
      <div className="about">
        <span className="name">
          <bdi>{shownName(item.name)}</bdi>
        </span>
        <span className="soft numbers">{texts.cart.each(money(item.unitPrice))}</span>
      </div>
      <span className="numbers quantity">
        × {number(item.quantity)}
        {change === 'changed' && was !== undefined && was.quantity !== item.quantity && (
          <span className="was">{words.was(number(was.quantity))}</span>
        )}
      </span>
      <span className="numbers amount">
        {money(item.total)}
        {change === 'changed' && was?.quantity === item.quantity && (
          <span className="was">{words.was(money(was.total))}</span>
        )}
        <ChangeBadge change={change} />
      </span>
    </li>
  );
}

function CouponRows({ cart, before }: ContentsProps) {
  const coupons = changedCoupons(cart.coupons, before?.coupons);
  if (coupons.length === 0) return null;
  return (
    <ul className="then-lines">
      {coupons.map(({ item, change }) => (
        <li key={item.code} className="then-line coupon" data-change={change}>
          <div className="about">
            <span className="name">
              <bdi>{words.coupon(item.code)}</bdi>
            </span>
            <span className="soft">
              <bdi>{item.reason ?? item.description}</bdi>
            </span>
          </div>
          <span className="numbers amount">
            {item.eligible ? `−${money(item.discount)}` : texts.cart.notEligible}
            <ChangeBadge change={change} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function ChangeBadge({ change }: { readonly change: 'none' | 'new' | 'gone' | 'changed' }) {
  if (change === 'new') return <Badge tone="good">{words.isNew}</Badge>;
  if (change === 'gone') return <Badge tone="bad">{words.isGone}</Badge>;
  return change === 'changed' ? <span className="visually-hidden">{words.changed}</span> : null;
}
