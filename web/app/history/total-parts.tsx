// The totals of the shown cart. The total unfolds into its parts, each pointing at its event.
import { useEffect, useId, useState } from 'react';
import { Icon } from '../../design/icons.tsx';
import { Notice, Skeleton } from '../../design/states.tsx';
import { wordsOf } from '../faults.ts';
import { AddedRows } from '../cart/charge-rows.tsx';
import { money, moneyWithSign } from '../format.ts';
import { texts } from '../texts.ts';
import { EventChip } from './event-chip.tsx';
import { type CartThen, type Explanation, useHistory } from './history-context.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.cart;

interface TotalPartsProps {
  readonly cart: CartThen;
  readonly before: CartThen | undefined;
}

export function TotalParts({ cart, before }: TotalPartsProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { subtotal, discount, total, shipping, taxes } = cart.totals;
  const was = before?.totals.total;
  const isChanged = was !== undefined && was.minorUnits !== total.minorUnits;
  return (
    <div className="then-totals">
      <dl className="numbers">
        {discount.minorUnits > 0 && (
          <>
            <dt>{texts.cart.subtotal}</dt>
            <dd>{money(subtotal)}</dd>
            <dt>{texts.cart.discount}</dt>
            <dd className="good">−{money(discount)}</dd>
          </>
        )}
        <AddedRows shipping={shipping} taxes={taxes} />
      </dl>
      <button
        type="button"
        className="total-button numbers"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <span>
          {texts.cart.total}
          <span className="soft explain">
            {words.explain} <Icon name="chevron" size={14} />
          </span>
        </span>
        <span className="sum" data-testid="then-total" data-changed={isChanged || undefined}>
          {isChanged && <span className="was">{words.was(money(was))}</span>}
          {money(total)}
        </span>
      </button>
      <div id={id}>{isOpen && <Parts />}</div>
    </div>
  );
}

function Parts() {
  const { explanations, shown } = useHistory();
  useEffect(() => explanations.want([shown]), [explanations, shown]);
  const explanation = explanations.peek(shown);
  const fault = explanations.faultAt(shown);
  if (fault !== undefined) {
    return (
      <Notice tone="bad" icon="alert" role="alert">
        {wordsOf(fault)}
      </Notice>
    );
  }
  if (explanation === undefined) return <Skeleton height="8rem" />;
  return (
    <div className="parts" data-testid="parts">
      <p className="soft">{words.parts}</p>
      <ol>
        {explanation.parts.map((part) => (
          <Part key={`${part.event.id} ${part.words}`} part={part} />
        ))}
      </ol>
    </div>
  );
}

function Part({ part }: { readonly part: Explanation['parts'][number] }) {
  return (
    <li>
      <EventChip revision={part.event.revision} />
      <div className="words">
        <bdi>{part.words}</bdi>
        {part.offer != null && (
          <span className="soft">{words.offer(String(part.offer.revision))}</span>
        )}
        {part.shares.length > 0 && (
          <ul className="shares numbers">
            {part.shares.map(({ sku, name, amount, isRoundedUp }) => (
              <li key={sku}>
                {money(amount)} <bdi>{words.share(name)}</bdi>
                {isRoundedUp && <span className="soft"> · {words.rounded}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
      <span className="numbers amount">{moneyWithSign(part.amount)}</span>
    </li>
  );
}
