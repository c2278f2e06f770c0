// A field for a whole number within limits. It says what is wrong before anything is sent, and takes
// the digits of any script.
import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { TextField } from '../../design/field.tsx';
import { signedNumberIn } from '../../design/latin-digits.ts';
import { number } from '../format.ts';
import { operationsTexts as words } from './texts.ts';

/** Units of stock, and uses of a coupon: the largest number that the service takes. */
export const mostUnits = 2_147_483_647;

interface NumberFieldProps {
  readonly label: string;
  /** As it is typed; `signedNumberIn` reads it. */
  readonly value: string;
  readonly minimum: number;
  readonly maximum?: number;
  readonly required?: boolean;
  readonly onChange: (typed: string) => void;
}

export function NumberField({
  label,
  value,
  minimum,
  maximum = mostUnits,
  required = false,
  onChange,
}: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isTold, setTold] = useState(false);
  const isLeftOut = value.trim() === '' && !required;
  const typed = signedNumberIn(value);
  const isWithin = typed !== null && typed >= minimum && typed <= maximum;
  const fault = isLeftOut || isWithin ? '' : words.wholeNumber(number(minimum), number(maximum));
  useEffect(() => input.current?.setCustomValidity(fault), [fault]);
  const tell = (event: SyntheticEvent<HTMLInputElement>) => {
    // Told below the field, and not in a bubble that goes away.
    event.preventDefault();
    setTold(true);
    const first = event.currentTarget.form?.querySelector(':invalid');
    if (first === event.currentTarget) event.currentTarget.focus();
  };
  return (
    <TextField
      ref={input}
      label={label}
      inputMode={minimum < 0 ? 'text' : 'numeric'}
      autoComplete="off"
      value={value}
      fault={isTold && fault !== '' ? fault : undefined}
      onChange={(event) => onChange(event.target.value)}
      onInvalid={tell}
      required={required}
    />
  );
}
