// What-if: the cart of the shown moment under another coupon or with other quantities.
import { useState } from 'react';
import { SelectField, TextField } from '../../design/field.tsx';
import { Button } from '../../design/button.tsx';
import { Notice, Skeleton } from '../../design/states.tsx';
import { Stepper } from '../../design/stepper.tsx';
import { wordsOf } from '../faults.ts';
import { money, moneyWithSign, number } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { type CartThen, useHistory } from './history-context.ts';
import { nothingSupposed, type Supposed, useWhatIf } from './use-what-if.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.whatIf;

export function WhatIf() {
  const { carts, shown } = useHistory();
  const cart = carts.peek(shown);
  if (cart === undefined) return <Skeleton height="14rem" />;
  if (cart.lines.length === 0) return <p className="soft">{words.empty}</p>;
  // What was supposed of another moment does not fit this one's lines.
  return <Supposing key={cart.lines.map(({ sku }) => sku).join(' ')} cart={cart} />;
}

function Supposing({ cart }: { readonly cart: CartThen }) {
  const [supposed, setSupposed] = useState<Supposed>(nothingSupposed);
  const change = (changed: Partial<Supposed>) => setSupposed({ ...supposed, ...changed });
  return (
    <div className="stack what-if">
      <p className="soft">{words.lead}</p>
      <CouponFields cart={cart} supposed={supposed} onChange={change} />
      <Quantities cart={cart} supposed={supposed} onChange={change} />
      <Outcome cart={cart} supposed={supposed} />
      <Button size="small" look="quiet" onClick={() => setSupposed(nothingSupposed)}>
        {words.reset}
      </Button>
    </div>
  );
}

interface SupposingProps {
  readonly cart: CartThen;
  readonly supposed: Supposed;
  readonly onChange: (changed: Partial<Supposed>) => void;
}

function CouponFields({ cart, supposed, onChange }: SupposingProps) {
  const { code, kind, value } = supposed;
  return (
    <>
      <SelectField
        label={words.coupon}
        value={code}
        onChange={(event) => onChange({ code: event.target.value })}
      >
        <option value="">{words.noCoupon}</option>
        <option value="SUPPOSED">{words.another}</option>
        {cart.coupons.map((coupon) => (
          <option key={coupon.code} value={coupon.code}>
            {coupon.code}
          </option>
        ))}
      </SelectField>
      {code !== '' && (
        <div className="pair">
          <SelectField
            label={words.kind}
            value={kind}
            onChange={(event) =>
              onChange({ kind: event.target.value === 'amount' ? 'amount' : 'percentage' })
            }
          >
            <option value="percentage">{words.percentage}</option>
            <option value="amount">{words.amount(cart.currency)}</option>
          </SelectField>
          <TextField
            label={kind === 'percentage' ? words.percentage : words.amount(cart.currency)}
            inputMode="decimal"
            value={value}
            onChange={(event) => onChange({ value: event.target.value })}
          />
        </div>
      )}
    </>
  );
}

const mostLines = 12;

function Quantities({ cart, supposed, onChange }: SupposingProps) {
  const { quantities } = supposed;
  return (
    <fieldset className="quantities">
      <legend>{words.quantities}</legend>
      {cart.lines.slice(0, mostLines).map(({ sku, name, quantity }) => (
        <div key={sku} className="row apart">
          <bdi>{shownName(name)}</bdi>
          <Stepper
            value={quantities.get(sku) ?? quantity}
            maximum={100_000}
            labels={{
              value: texts.cart.quantityOf(name),
              less: texts.cart.lessOf(name),
              more: texts.cart.moreOf(name),
            }}
            onChange={(next) => onChange({ quantities: new Map(quantities).set(sku, next) })}
          />
        </div>
      ))}
      {cart.lines.length > mostLines && (
        <span className="soft">
          {words.firstLines(number(mostLines), number(cart.lines.length))}
        </span>
      )}
    </fieldset>
  );
}

function Outcome({ cart, supposed }: Omit<SupposingProps, 'onChange'>) {
  const { answer, fault, isBad } = useWhatIf(cart, supposed);
  if (isBad) return <Notice tone="warm">{words.badValue}</Notice>;
  if (fault !== undefined) {
    return (
      <Notice tone="bad" icon="alert" role="alert">
        {wordsOf(fault)}
      </Notice>
    );
  }
  const after = answer?.after.totals.total ?? cart.totals.total;
  const difference = answer?.difference;
  const reason = answer?.after.coupons.find(({ code }) => code === supposed.code)?.reason;
  return (
    <div className="outcome numbers" role="status" data-testid="what-if">
      <span>{words.actual}</span>
      <span>{money(cart.totals.total)}</span>
      <strong>{words.supposed}</strong>
      <strong>{money(after)}</strong>
      <span className="soft">{reason != null && <bdi>{reason}</bdi>}</span>
      <span className={(difference?.minorUnits ?? 0) < 0 ? 'good' : 'soft'}>
        {difference === undefined || difference.minorUnits === 0
          ? words.same
          : moneyWithSign(difference)}
      </span>
    </div>
  );
}
