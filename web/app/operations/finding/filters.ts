// The filters of a search, which stand in the page's address, except for those that name a person.
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';

export type Filters<Name extends string> = Readonly<Record<Name, string>>;

export interface FilterState<Name extends string> {
  /** Empty where nothing is asked for. */
  readonly values: Filters<Name>;
  readonly isEmpty: boolean;
  readonly apply: (values: Filters<Name>) => void;
}

/** One array, so that nothing seems to change from one drawing to the next. */
const nobody: readonly never[] = [];

/** @param personal kept out of the address, so that they are in no history and no log */
export function useFilters<Name extends string>(
  names: readonly Name[],
  personal: readonly Name[] = nobody,
): FilterState<Name> {
  const [parameters, setParameters] = useSearchParams();
  const [hidden, setHidden] = useState<Partial<Filters<Name>>>({});
  const values = useMemo(
    () =>
      Object.fromEntries(
        names.map((name) => [
          name,
          (personal.includes(name) ? hidden[name] : parameters.get(name)) ?? '',
        ]),
      ) as Filters<Name>,
    [names, personal, parameters, hidden],
  );
  const apply = (next: Filters<Name>) => {
    const shown = names.filter((name) => !personal.includes(name) && next[name].trim() !== '');
    setHidden(Object.fromEntries(personal.map((name) => [name, next[name].trim()])) as typeof next);
    setParameters(Object.fromEntries(shown.map((name) => [name, next[name].trim()])), {
      preventScrollReset: true,
    });
  };
  return { values, isEmpty: names.every((name) => values[name] === ''), apply };
}

/** The instant at which a day of the reader's own time begins; undefined for no day. */
export function startOfDay(day: string, daysLater = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Without what is empty. */
export function given<Values extends Readonly<Record<string, string | undefined>>>(
  values: Values,
): Partial<{ [Name in keyof Values]: string }> {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as Partial<{ [Name in keyof Values]: string }>;
}
