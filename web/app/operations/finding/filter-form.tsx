// A form of filters. Nothing is searched while somebody types: each search is a look on record.
import { type SubmitEvent, useEffect, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { SelectField, TextField } from '../../../design/field.tsx';
import { type FilterField, type Filters, type FilterState, uuidPattern } from './filters.ts';
import { findingTexts as words } from './texts.ts';

interface FilterFormProps<Name extends string> {
  readonly label: string;
  readonly fields: readonly FilterField<Name>[];
  readonly state: FilterState<Name>;
}

export function FilterForm<Name extends string>({ label, fields, state }: FilterFormProps<Name>) {
  const { values, apply, isEmpty } = state;
  const [typed, setTyped] = useState(values);
  useEffect(() => setTyped(values), [values]);
  const set = (name: Name, value: string) => setTyped((so) => ({ ...so, [name]: value }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    apply(typed);
  };
  const clear = () => {
    const nothing = Object.fromEntries(fields.map(({ name }) => [name, ''])) as Filters<Name>;
    setTyped(nothing);
    apply(nothing);
  };
  return (
    <form className="filter-form" role="search" aria-label={label} onSubmit={submit}>
      <div className="filter-fields">
        {fields.map((field) => (
          <Filter key={field.name} field={field} value={typed[field.name]} onChange={set} />
        ))}
        <div className="row">
          <Button type="submit" look="primary" icon="search">
            {words.search}
          </Button>
          {!isEmpty && (
            <Button look="quiet" onClick={clear}>
              {words.clear}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

interface FilterProps<Name extends string> {
  readonly field: FilterField<Name>;
  readonly value: string;
  readonly onChange: (name: Name, value: string) => void;
}

function Filter<Name extends string>({ field, value, onChange }: FilterProps<Name>) {
  const { name, label, hint, type = 'text', choices, longest = 200 } = field;
  const shared = { label, value, ...(hint !== undefined && { hint }) };
  if (choices !== undefined) {
    return (
      <SelectField {...shared} onChange={(event) => onChange(name, event.target.value)}>
        <option value="">{words.any}</option>
        {Object.entries(choices).map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </SelectField>
    );
  }
  return (
    <TextField
      {...shared}
      {...(type === 'uuid' ? { pattern: uuidPattern, title: words.wholeId } : { type })}
      maxLength={longest}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(name, event.target.value)}
    />
  );
}
