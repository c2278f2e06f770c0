// The filters of a search, which stand in the page's address, except for those that name a person.
// What an address has that a field cannot hold is not asked for.
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { lineOf } from '../../line-of.ts';

export type Filters<Name extends string> = Readonly<Record<Name, string>>;

export interface FilterField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'email' | 'date' | 'datetime-local' | 'uuid';
  /** In characters; nothing that is searched for has more. */
  readonly longest?: number;
  /** Values to choose from, with their words. */
  readonly choices?: Readonly<Record<string, string>>;
}

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
  fields: readonly FilterField<Name>[],
  personal: readonly Name[] = nobody,
): FilterState<Name> {
  const [parameters, setParameters] = useSearchParams();
  const [hidden, setHidden] = useState<Partial<Filters<Name>>>({});
  const values = useMemo(
    () =>
      Object.fromEntries(
        fields.map((field) => [
          field.name,
          personal.includes(field.name)
            ? (hidden[field.name] ?? '')
            : heldBy(field, parameters.get(field.name) ?? ''),
        ]),
      ) as Filters<Name>,
    [fields, personal, parameters, hidden],
  );
  const names = fields.map(({ name }) => name);
  const apply = (next: Filters<Name>) => {
    const shown = names.filter((name) => !personal.includes(name) && next[name].trim() !== '');
    setHidden(Object.fromEntries(personal.map((name) => [name, next[name].trim()])) as typeof next);
    setParameters(Object.fromEntries(shown.map((name) => [name, next[name].trim()])), {
      preventScrollReset: true,
    });
  };
  return { values, isEmpty: names.every((name) => values[name] === ''), apply };
}

/** The text as the field can show it; empty where it cannot. */
function heldBy({ type, choices, longest }: FilterField<string>, text: string): string {
  if (choices !== undefined) return Object.hasOwn(choices, text) ? text : '';
  if (type === 'date') return isIn(dayPattern, text) ? text : '';
  if (type === 'datetime-local') return isIn(dayAndTimePattern, text) ? text : '';
  if (type === 'uuid') return wholeId.test(text.trim()) ? text : '';
  const line = lineOf(text);
  return longest !== undefined && line.length > longest ? '' : line;
}

/** Of a form's field: it may have spaces around, as when it was copied. */
export const uuidPattern = '\\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\s*';
const wholeId = new RegExp(`^${uuidPattern}$`);

const dayPattern = /^\d{4}-\d\d-\d\d$/;
const dayAndTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

/** Whether there is such a day and time: 31 February would be taken for one of March. */
function isIn(pattern: RegExp, text: string): boolean {
  if (!pattern.test(text)) return false;
  const at = new Date(text.length > 10 ? `${text}Z` : text);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text.slice(0, 10));
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
