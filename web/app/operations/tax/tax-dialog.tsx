// Defines a tax rule.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Choices, SelectField, TextField } from '../../../design/field.tsx';
import {
  DefineTaxRuleDocument,
  type DefineTaxRuleInput,
  type DefineTaxRuleMutation,
} from '../../../../schema/generated/graphql.ts';
import { countries } from '../../checkout/countries.ts';
import { FormDialog } from '../form-dialog.tsx';
import { scaledBy } from '../money-input.ts';
import { standardTax, taxCategoryPattern } from '../tax-category.ts';
import { useCommand } from '../use-admin.ts';
import { taxTexts as words } from './texts.ts';

interface TaxValues {
  readonly country: string;
  readonly region: string;
  readonly category: string;
  readonly name: string;
  readonly rate: string;
  readonly kind: 'included' | 'onTop';
  readonly from: string;
}

const empty: TaxValues = {
  ...{ country: '', region: '', category: standardTax, name: '', rate: '' },
  ...{ kind: 'included', from: '' },
};

const refusalOf = ({ defineTaxRule }: DefineTaxRuleMutation) => defineTaxRule.rejection;

/** Null when the rate is none. */
function inputOf(values: TaxValues): DefineTaxRuleInput | null {
  const ratePartsPerMillion = partsPerMillionOf(values.rate);
  if (ratePartsPerMillion === null) return null;
  const { country, region, category, name, kind, from } = values;
  return {
    ...{ commandId: newCommandId(), country, category: category.trim(), name: name.trim() },
    ...{ ratePartsPerMillion, pricesIncludeTax: kind === 'included' },
    ...(region.trim() !== '' && { region: region.trim() }),
    ...(from !== '' && { holdsFrom: new Date(from).toISOString() }),
  };
}

/** Exact: a percentage with four digits after its point is a whole number of parts. */
function partsPerMillionOf(percent: string): number | null {
  const parts = scaledBy(4, percent);
  return parts !== null && parts <= 1_000_000 ? parts : null;
}

export function TaxDialog({ onClose }: { readonly onClose: () => void }) {
  const [values, setValues] = useState(empty);
  const [isBad, setBad] = useState(false);
  const set = (change: Partial<TaxValues>) => setValues((before) => ({ ...before, ...change }));
  const { run, isBusy } = useCommand(DefineTaxRuleDocument, { refusalOf, done: words.defined });
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
      <PlaceFields values={values} set={set} />
      <div className="two-fields">
        <TextField
          label={words.name}
          hint={words.nameHint}
          value={values.name}
          onChange={(event) => set({ name: event.target.value })}
          required
          maxLength={40}
          autoComplete="off"
        />
        <TextField
          label={words.rate}
          inputMode="decimal"
          value={values.rate}
          fault={isBad ? words.badRate : undefined}
          onChange={(event) => set({ rate: event.target.value })}
          required
        />
      </div>
      <Choices
        legend={words.kind}
        value={values.kind}
        onChange={(kind) => set({ kind })}
        choices={(['included', 'onTop'] as const).map((value) => ({
          value,
          label: words.kinds[value],
        }))}
      />
      <TextField
        label={words.from}
        hint={words.fromHint}
        type="datetime-local"
        value={values.from}
        onChange={(event) => set({ from: event.target.value })}
      />
    </FormDialog>
  );
}

interface PlaceFieldsProps {
  readonly values: TaxValues;
  readonly set: (change: Partial<TaxValues>) => void;
}

function PlaceFields({ values: { country, region, category }, set }: PlaceFieldsProps) {
  return (
    <>
      <SelectField
        label={words.country}
        value={country}
        onChange={(event) => set({ country: event.target.value })}
        required
      >
        <option value="">{words.choose}</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      <div className="two-fields">
        <TextField
          label={words.region}
          hint={words.regionHint}
          value={region}
          onChange={(event) => set({ region: event.target.value.toUpperCase() })}
          maxLength={3}
          pattern="[A-Z0-9]{1,3}"
          autoComplete="off"
        />
        <TextField
          label={words.category}
          hint={words.categoryHint}
          value={category}
          onChange={(event) => set({ category: event.target.value })}
          required
          maxLength={40}
          pattern={taxCategoryPattern}
          autoComplete="off"
        />
      </div>
    </>
  );
}
