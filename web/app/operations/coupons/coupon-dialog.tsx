// Defines a coupon, or gives one new terms.
import { wholeNumberIn } from '../../../design/latin-digits.ts';
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Choices, TextField } from '../../../design/field.tsx';
import {
  DefineCouponDocument,
  type DefineCouponInput,
  type DefineCouponMutation,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { minorUnitsOf, scaledBy } from '../money-input.ts';
import { NumberField } from '../number-field.tsx';
import { operationsTexts } from '../texts.ts';
import { useCommand } from '../use-admin.ts';
import { useTaken } from '../use-taken.tsx';

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

/** The name of the field whose number is none. */
function inputOf(values: CouponValues): DefineCouponInput | 'value' | 'minimum' {
  const { currency, minimum, from, until, limit } = values;
  const discount = discountOf(values);
  const minimumUnits = minimum.trim() === '' ? undefined : minorUnitsOf(minimum, currency);
  if (discount === null) return 'value';
  if (minimumUnits === null) return 'minimum';
  return {
    ...{ commandId: newCommandId(), code: values.code.trim(), description: values.description },
    ...discount,
    ...(minimumUnits !== undefined && { minimumSpend: { minorUnits: minimumUnits, currency } }),
    ...(from !== '' && { validFrom: new Date(from).toISOString() }),
    ...(until !== '' && { validUntil: new Date(until).toISOString() }),
    ...(limit.trim() !== '' && { usageLimit: wholeNumberIn(limit) }),
  };
}

function discountOf({ kind, value, free, currency }: CouponValues) {
  if (kind === 'percent') {
    const basisPoints = scaledBy(2, value) ?? 0;
    return isWithin(basisPoints, 10_000) ? { percentageBasisPoints: basisPoints } : null;
  }
  if (kind === 'free') {
    const buy = wholeNumberIn(value) ?? 0;
    return isWithin(buy) ? { freeUnits: { buy, free: wholeNumberIn(free) ?? 1 } } : null;
  }
  const minorUnits = minorUnitsOf(value, currency) ?? 0;
  return isWithin(minorUnits) ? { amount: { minorUnits, currency } } : null;
}

const isWithin = (typed: number, most = Infinity): boolean => typed > 0 && typed <= most;

const refusalOf = ({ defineCoupon }: DefineCouponMutation) => defineCoupon.rejection;

export function CouponDialog({ onClose }: { readonly onClose: () => void }) {
  const [values, setValues] = useState(empty);
  const [bad, setBad] = useState<'value' | 'minimum'>();
  const set = (change: Partial<CouponValues>) => setValues((before) => ({ ...before, ...change }));
  const { expectedRevision, onConflict, notice } = useTaken(values.code.trim());
  const { run, isBusy } = useCommand(DefineCouponDocument, {
    ...{ refusalOf, onConflict, done: words.defined },
  });
  const submit = () => {
    const input = inputOf(values);
    setBad(typeof input === 'string' ? input : undefined);
    return typeof input === 'string'
      ? Promise.resolve(false)
      : run({ input: { ...input, expectedRevision } });
  };
  return (
    <FormDialog
      title={words.define}
      submitLabel={words.define}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      {notice}
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
      <DiscountFields values={values} set={set} isBad={bad === 'value'} />
      <ConditionFields values={values} set={set} isBad={bad === 'minimum'} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly values: CouponValues;
  readonly set: (change: Partial<CouponValues>) => void;
  readonly isBad: boolean;
}

function DiscountFields({ values, set, isBad }: FieldsProps) {
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
        {kind === 'free' ? (
          <NumberField
            label={words.values.free}
            minimum={1}
            value={value}
            onChange={(typed) => set({ value: typed })}
            required
          />
        ) : (
          <TextField
            label={words.values[kind]}
            inputMode="decimal"
            value={value}
            fault={isBad ? words.badValues[kind] : undefined}
            onChange={(event) => set({ value: event.target.value })}
            required
          />
        )}
        {kind === 'free' ? (
          <NumberField
            label={words.freeUnits}
            minimum={1}
            value={free}
            onChange={(typed) => set({ free: typed })}
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

function ConditionFields({ values, set, isBad }: FieldsProps) {
  const { minimum, from, until, limit } = values;
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
          fault={isBad ? operationsTexts.badAmount : undefined}
          onChange={(event) => set({ minimum: event.target.value })}
        />
        <NumberField
          label={words.usageLimit}
          minimum={1}
          value={limit}
          onChange={(typed) => set({ limit: typed })}
        />
      </div>
    </>
  );
}
