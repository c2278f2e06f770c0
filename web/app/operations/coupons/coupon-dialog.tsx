// Defines a coupon, or gives one new terms.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Choices, TextField } from '../../../design/field.tsx';
import {
  DefineCouponDocument,
  type DefineCouponInput,
  type DefineCouponMutation,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { minorUnitsOf } from '../money-input.ts';
import { operationsTexts } from '../texts.ts';
import { useCommand } from '../use-admin.ts';

const words = operationsTexts.coupons;

interface CouponValues {
  readonly code: string;
  readonly description: string;
  readonly kind: 'percent' | 'amount' | 'free';
  readonly value: string;
  readonly free: string;
  readonly currency: string;
  readonly minimum: string;
  readonly from: string;
  readonly until: string;
  readonly limit: string;
}

const empty: CouponValues = {
  ...{ code: '', description: '', kind: 'percent', value: '', free: '1', currency: 'GBP' },
  ...{ minimum: '', from: '', until: '', limit: '' },
};

/** Null when a number is none. */
function inputOf(values: CouponValues): DefineCouponInput | null {
  const { currency, minimum, from, until, limit } = values;
  const discount = discountOf(values);
  const minimumUnits = minimum === '' ? undefined : minorUnitsOf(minimum, currency);
  if (discount === null || minimumUnits === null) return null;
  return {
    ...{ commandId: newCommandId(), code: values.code.trim(), description: values.description },
    ...discount,
    ...(minimumUnits !== undefined && { minimumSpend: { minorUnits: minimumUnits, currency } }),
    ...(from !== '' && { validFrom: new Date(from).toISOString() }),
    ...(until !== '' && { validUntil: new Date(until).toISOString() }),
    ...(limit !== '' && { usageLimit: Number(limit) }),
  };
}

function discountOf({ kind, value, free, currency }: CouponValues) {
  const typed = Number(value.replace(',', '.'));
  if (!(typed > 0)) return null;
  if (kind === 'percent') {
    return typed <= 100 ? { percentageBasisPoints: Math.round(typed * 100) } : null;
  }
  if (kind === 'free') return { freeUnits: { buy: Math.round(typed), free: Number(free) } };
  const minorUnits = minorUnitsOf(value, currency);
  return minorUnits === null ? null : { amount: { minorUnits, currency } };
}

const refusalOf = ({ defineCoupon }: DefineCouponMutation) => defineCoupon.rejection;

export function CouponDialog({ onClose }: { readonly onClose: () => void }) {
  const [values, setValues] = useState(empty);
  const [isBad, setBad] = useState(false);
  const set = (change: Partial<CouponValues>) => setValues((before) => ({ ...before, ...change }));
  const { run, isBusy } = useCommand(DefineCouponDocument, { refusalOf, done: words.defined });
  const submit = () => {
    const input = inputOf(values);
    setBad(input === null);
    return input === null ? Promise.resolve(false) : run({ input });
  };
  return (
    <FormDialog
      title={words.define}
      submitLabel={words.define}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={words.code}
        value={values.code}
        onChange={(event) => set({ code: event.target.value.toUpperCase() })}
        required
        maxLength={40}
        autoComplete="off"
      />
      <TextField
        label={words.description}
        hint={words.descriptionHint}
        value={values.description}
        onChange={(event) => set({ description: event.target.value })}
        required
        maxLength={200}
      />
      <DiscountFields values={values} set={set} isBad={isBad} />
      <ConditionFields values={values} set={set} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly values: CouponValues;
  readonly set: (change: Partial<CouponValues>) => void;
}

function DiscountFields({ values, set, isBad }: FieldsProps & { readonly isBad: boolean }) {
  const { kind, value, free, currency } = values;
  return (
    <>
      <Choices
        legend={words.kind}
        value={kind}
        onChange={(chosen) => set({ kind: chosen })}
        choices={(['percent', 'amount', 'free'] as const).map((one) => ({
          value: one,
          label: words.kinds[one],
        }))}
      />
      <div className="two-fields">
        <TextField
          label={words.values[kind]}
          inputMode="decimal"
          value={value}
          fault={isBad ? operationsTexts.badAmount : undefined}
          onChange={(event) => set({ value: event.target.value })}
          required
        />
        {kind === 'free' ? (
          <TextField
            label={words.freeUnits}
            type="number"
            min={1}
            value={free}
            onChange={(event) => set({ free: event.target.value })}
            required
          />
        ) : (
          <TextField
            label={operationsTexts.currency}
            value={currency}
            onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
            required
            pattern="[A-Z]{3}"
            maxLength={3}
          />
        )}
      </div>
    </>
  );
}

function ConditionFields({ values: { minimum, from, until, limit }, set }: FieldsProps) {
  return (
    <>
      <div className="two-fields">
        <TextField
          label={words.validFrom}
          type="datetime-local"
          value={from}
          onChange={(event) => set({ from: event.target.value })}
        />
        <TextField
          label={words.validUntil}
          type="datetime-local"
          value={until}
          onChange={(event) => set({ until: event.target.value })}
        />
      </div>
      <div className="two-fields">
        <TextField
          label={words.minimum}
          inputMode="decimal"
          value={minimum}
          onChange={(event) => set({ minimum: event.target.value })}
        />
        <TextField
          label={words.usageLimit}
          type="number"
          min={1}
          value={limit}
          onChange={(event) => set({ limit: event.target.value })}
        />
      </div>
    </>
  );
}
