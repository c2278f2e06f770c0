// A quantity with − and +. A typed number counts when Enter is pressed or the field is left.
import { useState } from 'react';
import { Icon } from './icons.tsx';
import { wholeNumberIn } from './latin-digits.ts';

interface StepperProps {
  readonly value: number;
  readonly minimum?: number;
  readonly maximum: number;
  readonly labels: { readonly value: string; readonly less: string; readonly more: string };
  readonly onChange: (value: number) => void;
}

export function Stepper({ value, minimum = 0, maximum, labels, onChange }: StepperProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const settle = () => {
    const number = wholeNumberIn(typed ?? '');
    setTyped(null);
    if (number === null) return;
    const wanted = Math.min(Math.max(number, minimum), maximum);
    if (wanted !== value) onChange(wanted);
  };
  return (
    <span className="stepper" role="group" aria-label={labels.value}>
      <button
        type="button"
        aria-label={labels.less}
        disabled={value <= minimum}
        onClick={() => onChange(value - 1)}
      >
        <Icon name="minus" size={16} />
      </button>
      <input
        inputMode="numeric"
        aria-label={labels.value}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle();
        }}
      />
      <button
        type="button"
        aria-label={labels.more}
        disabled={value >= maximum}
        onClick={() => onChange(value + 1)}
      >
        <Icon name="plus" size={16} />
      </button>
    </span>
  );
}
