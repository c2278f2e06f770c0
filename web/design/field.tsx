// Fields: a label, a control, and a hint or a fault that belongs to it.
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon } from './icons.tsx';

interface FieldText {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why the value cannot be taken. */
  readonly fault?: string | undefined;
}

function Framed({
  id,
  label,
  hint,
  fault,
  children,
}: FieldText & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span className="fault" id={`${id}-fault`} role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

const descriptionOf = (id: string, { hint, fault }: FieldText) =>
  [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`]),
  ].join(' ') || undefined;

/** What ties a control to its label, hint and fault. */
function useControl(texts: FieldText) {
  const id = useId();
  const control = {
    ...{ id, className: 'input', 'aria-describedby': descriptionOf(id, texts) },
    'aria-invalid': texts.fault !== undefined || undefined,
  };
  return { frame: { id, ...texts }, control };
}

type TextFieldProps = FieldText & Omit<ComponentProps<'input'>, 'className'>;

/** A year of more than four digits is none that a date of JavaScript is made of. */
const latest: Partial<Record<string, string>> = {
  date: '9999-12-31',
  'datetime-local': '9999-12-31T23:59:59.999',
};

export function TextField({ label, hint, fault, ...rest }: TextFieldProps) {
  const { frame, control } = useControl({ label, hint, fault });
  return (
    <Framed {...frame}>
      <input max={latest[rest.type ?? 'text']} {...rest} {...control} />
    </Framed>
  );
}

type LinesFieldProps = FieldText & Omit<ComponentProps<'textarea'>, 'className'>;

/** A text of several lines: an `<input>` would drop the ends of its lines. */
export function LinesField({ label, hint, fault, ...rest }: LinesFieldProps) {
  const { frame, control } = useControl({ label, hint, fault });
  return (
    <Framed {...frame}>
      <textarea {...rest} {...control} />
    </Framed>
  );
}

type SelectFieldProps = FieldText & Omit<ComponentProps<'select'>, 'className'>;

export function SelectField({ label, hint, fault, children, ...rest }: SelectFieldProps) {
  const { frame, control } = useControl({ label, hint, fault });
  return (
    <Framed {...frame}>
      <select {...rest} {...control}>
        {children}
      </select>
    </Framed>
  );
}

export function SearchField({ label, ...rest }: { label: string } & ComponentProps<'input'>) {
  return (
    <div className="search">
      <Icon name="search" size={18} />
      <input {...rest} type="search" className="input" aria-label={label} placeholder={label} />
    </div>
  );
}

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly about?: string;
}

interface ChoicesProps<Value extends string> {
  readonly legend: string;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of a few, each with a sentence about it. */
export function Choices<Value extends string>({
  legend,
  choices,
  value,
  onChange,
}: ChoicesProps<Value>) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className="choice">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            {choice.label}
            {choice.about !== undefined && <span className="about">{choice.about}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ChecksProps<Value extends string> {
  readonly legend: string;
  readonly choices: readonly Choice<Value>[];
  readonly values: readonly Value[];
  readonly onChange: (values: readonly Value[]) => void;
  readonly fault?: string | undefined;
}

/** Any number of several. */
export function Checks<Value extends string>({
  legend,
  choices,
  values,
  onChange,
  fault,
}: ChecksProps<Value>) {
  const id = useId();
  const toggle = (value: Value) =>
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  return (
    <fieldset className="checks" aria-describedby={fault === undefined ? undefined : id}>
      <legend>{legend}</legend>
      {choices.map(({ value, label }) => (
        <label key={value} className="check">
          <input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />
          {label}
        </label>
      ))}
      {fault !== undefined && (
        <span className="fault" id={id} role="alert">
          {fault}
        </span>
      )}
    </fieldset>
  );
}
