// Where the order goes, how, and with which note.
import { Choices, SelectField, TextField } from '../../design/field.tsx';
import { money } from '../format.ts';
import { texts } from '../texts.ts';
import { countries } from './countries.ts';
import type { AddressField, DeliveryInUse } from './use-delivery.ts';

const words = texts.checkout;

export function DeliveryFields({ delivery }: { readonly delivery: DeliveryInUse }) {
  const { country, region, faults, giftNote } = delivery;
  return (
    <fieldset className="stack delivery">
      <legend>{words.delivery}</legend>
      <SelectField
        label={words.country}
        value={country ?? ''}
        autoComplete="country"
        onChange={({ target }) => delivery.goTo(target.value === '' ? null : target.value, '')}
      >
        <option value="">{words.noCountry}</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      {country !== null && (
        <>
          <TextField
            key={`${country} ${region}`}
            label={words.region}
            hint={words.regionHint}
            fault={faults.region}
            defaultValue={region}
            maxLength={3}
            onBlur={({ target }) => {
              if (target.value !== region) delivery.goTo(country, target.value);
            }}
          />
          <AddressFields delivery={delivery} />
          <Methods delivery={delivery} />
        </>
      )}
      <TextField
        label={words.giftNote}
        hint={words.giftHint}
        value={giftNote}
        maxLength={500}
        onChange={({ target }) => delivery.writeNote(target.value)}
      />
    </fieldset>
  );
}

const addressFields: readonly (readonly [AddressField, string])[] = [
  ['name', 'name'],
  ['street', 'street-address'],
  ['postalCode', 'postal-code'],
  ['city', 'address-level2'],
];

function AddressFields({ delivery }: { readonly delivery: DeliveryInUse }) {
  return addressFields.map(([field, autoComplete]) => (
    <TextField
      key={field}
      label={words[field]}
      fault={delivery.faults[field]}
      autoComplete={autoComplete}
      value={delivery.address[field]}
      maxLength={field === 'postalCode' ? 20 : 100}
      onChange={({ target }) => delivery.write({ [field]: target.value })}
    />
  ));
}

function Methods({ delivery }: { readonly delivery: DeliveryInUse }) {
  const { methods, method, faults } = delivery;
  if (methods.length === 0) return <span className="soft small">{words.noMethods}</span>;
  const choices = methods.map(({ code, name, prices }) => ({
    value: code,
    label: name,
    about: prices
      .map(({ price, freeFrom }) =>
        freeFrom === null ? money(price) : words.methodFrom(money(price), money(freeFrom)),
      )
      .join(' '),
  }));
  return (
    <div className="stack tight">
      <Choices
        legend={words.method}
        value={method ?? ''}
        choices={choices}
        onChange={(code) => delivery.goBy(code)}
      />
      {faults.method !== undefined && (
        <span className="fault" role="alert">
          {faults.method}
        </span>
      )}
    </div>
  );
}
