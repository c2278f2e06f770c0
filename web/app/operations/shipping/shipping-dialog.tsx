// Defines a shipping method, or gives one new terms.
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { Button, IconButton } from '../../../design/button.tsx';
import { TextField } from '../../../design/field.tsx';
import { Notice } from '../../../design/states.tsx';
import {
  AllShippingMethodsDocument,
  DefineShippingMethodDocument,
  type DefineShippingMethodMutation,
  type ShippingMethodFieldsFragment,
} from '../../../../schema/generated/graphql.ts';
import { number } from '../../format.ts';
import { countryName } from '../country-name.ts';
import { FormDialog } from '../form-dialog.tsx';
import { taxCategoryPattern } from '../tax-category.ts';
import { useCommand } from '../use-admin.ts';
import { useTaken } from '../use-taken.tsx';
import {
  inputOf,
  noPrice,
  type ShippingValues,
  type TypedPrice,
  unknownCountry,
  valuesOf,
} from './shipping-input.ts';
import { priceInWords, shippingTexts as words } from './texts.ts';
import './shipping.css';

interface ShippingDialogProps {
  /** Null for a new one. */
  readonly method: ShippingMethodFieldsFragment | null;
  readonly onClose: () => void;
}

const refusalOf = ({ defineShippingMethod }: DefineShippingMethodMutation) =>
  defineShippingMethod.rejection;

export function ShippingDialog({ method, onClose }: ShippingDialogProps) {
  const [values, setValues] = useState(() => valuesOf(method));
  const [isBad, setBad] = useState(false);
  const [badCountry, setBadCountry] = useState<string>();
  const set = (change: Partial<ShippingValues>) => setValues((so) => ({ ...so, ...change }));
  // As somebody else may have left it while the form was open.
  const [now, setNow] = useState(method);
  const taken = useTaken(values.code.trim());
  const client = useApolloClient();
  const { run, isBusy } = useCommand(DefineShippingMethodDocument, {
    refusalOf,
    done: words.defined,
    onConflict: async ({ input }, refused) => {
      if (method === null) return taken.onConflict(input, refused);
      const asked = { query: AllShippingMethodsDocument, fetchPolicy: 'network-only' } as const;
      const { data } = await client.query(asked);
      setNow(data?.allShippingMethods.find(({ code }) => code === input.code) ?? now);
      return null;
    },
  });
  const submit = () => {
    const input = inputOf(values, method === null ? taken.expectedRevision : now?.revision);
    const country = unknownCountry(values);
    setBad(input === null);
    setBadCountry(country);
    return input === null || country !== undefined ? Promise.resolve(false) : run({ input });
  };
  return (
    <FormDialog
      title={method === null ? words.define : words.editTitle(method.name)}
      submitLabel={method === null ? words.define : words.save}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      {taken.notice}
      {now !== null && now !== method && <ChangedMeanwhile now={now} />}
      {method === null && (
        <TextField
          label={words.code}
          hint={words.codeHint}
          value={values.code}
          onChange={(event) => set({ code: event.target.value.toUpperCase() })}
          required
          maxLength={40}
          pattern="[A-Z0-9_\-]+"
          autoComplete="off"
        />
      )}
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={values.name}
        onChange={(event) => set({ name: event.target.value })}
        required
        maxLength={100}
        autoComplete="off"
      />
      <div className="two-fields">
        <TextField
          label={words.countries}
          hint={words.countriesHint}
          value={values.countries}
          fault={badCountry === undefined ? undefined : words.badCountries(badCountry)}
          onChange={(event) => set({ countries: event.target.value })}
          autoComplete="off"
        />
        <TextField
          label={words.taxCategory}
          value={values.taxCategory}
          onChange={(event) => set({ taxCategory: event.target.value })}
          maxLength={40}
          pattern={taxCategoryPattern}
          autoComplete="off"
        />
      </div>
      <Prices prices={values.prices} isBad={isBad} onChange={(prices) => set({ prices })} />
    </FormDialog>
  );
}

function ChangedMeanwhile({ now }: { readonly now: ShippingMethodFieldsFragment }) {
  const { name, countries, taxCategory, prices, withdrawn } = now;
  const terms = [
    countries?.map(countryName).join(', ') ?? words.everywhere,
    words.taxed(taxCategory),
    ...prices.map(priceInWords),
    ...(withdrawn ? [words.isWithdrawn] : []),
  ];
  return (
    <Notice tone="warm" role="alert">
      <p>{words.changedElsewhere}</p>
      <p>
        <bdi>{name}</bdi>: {terms.join('; ')}
      </p>
    </Notice>
  );
}

interface PricesProps {
  readonly prices: readonly TypedPrice[];
  readonly isBad: boolean;
  readonly onChange: (prices: readonly TypedPrice[]) => void;
}

function Prices({ prices, isBad, onChange }: PricesProps) {
  const set = (place: number, change: Partial<TypedPrice>) =>
    onChange(prices.map((one, n) => (n === place ? { ...one, ...change } : one)));
  return (
    <fieldset className="shipping-prices">
      <legend>{words.prices}</legend>
      {prices.map((price, place) => (
        <PriceFields
          // A line has no id of its own, and lines are only added at the end or removed.
          key={place}
          place={number(place + 1)}
          price={price}
          onChange={(change) => set(place, change)}
          {...(prices.length > 1 && {
            onRemove: () => onChange(prices.filter((_one, n) => n !== place)),
          })}
        />
      ))}
      {isBad && (
        <span className="fault" role="alert">
          {words.badPrices}
        </span>
      )}
      <div>
        <Button
          size="small"
          icon="plus"
          onClick={() => onChange([...prices, { ...noPrice, currency: '' }])}
        >
          {words.addPrice}
        </Button>
      </div>
    </fieldset>
  );
}

interface PriceFieldsProps {
  /** Its number, from 1. */
  readonly place: string;
  readonly price: TypedPrice;
  readonly onChange: (change: Partial<TypedPrice>) => void;
  readonly onRemove?: () => void;
}

function PriceFields({ place, price, onChange, onRemove }: PriceFieldsProps) {
  return (
    <div className="shipping-price">
      <TextField
        label={words.currencyIn(place)}
        value={price.currency}
        onChange={(event) => onChange({ currency: event.target.value.toUpperCase() })}
        required
        pattern="[A-Z]{3}"
        maxLength={3}
        autoComplete="off"
      />
      <TextField
        label={words.priceIn(place)}
        inputMode="decimal"
        value={price.price}
        onChange={(event) => onChange({ price: event.target.value })}
        required
        autoComplete="off"
      />
      <TextField
        label={words.freeIn(place)}
        placeholder={words.freeHint}
        inputMode="decimal"
        value={price.freeFrom}
        onChange={(event) => onChange({ freeFrom: event.target.value })}
        autoComplete="off"
      />
      {onRemove !== undefined && (
        <IconButton icon="trash" label={words.removePrice(place)} onClick={onRemove} />
      )}
    </div>
  );
}
