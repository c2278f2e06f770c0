// The search field. A search begins when the typing pauses, or at once with Enter.
import { useEffect, useState } from 'react';
import { SearchField } from '../../design/field.tsx';
import { lineOf } from '../line-of.ts';
import { texts } from '../texts.ts';

const pauseMs = 180;

interface SearchBoxProps {
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

export function SearchBox({ value, onSearch }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  const [lastValue, setLastValue] = useState(value);
  // The address changed by other means, such as going back.
  if (value !== lastValue) {
    setLastValue(value);
    if (value !== typed.trim()) setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onSearch(typed.trim()), pauseMs);
    return () => clearTimeout(timer);
  });
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <SearchField
        label={texts.shop.search}
        value={typed}
        onChange={(event) => setTyped(lineOf(event.target.value))}
        maxLength={100}
        autoComplete="off"
        enterKeyHint="search"
      />
    </form>
  );
}
