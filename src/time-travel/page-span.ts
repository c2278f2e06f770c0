// Which revisions a page of a stream has.

/** Revisions from `begin` up to, but without, `end`. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Revisions: `first` events after `after`, or `last` events before `before`. */
export interface PageRange {
  readonly first?: number;
  readonly after?: number;
  readonly last?: number;
  readonly before?: number;
}

/** The span between the cursors. */
export function spanOf({ after, before }: PageRange, length: number): Span {
  const begin = Math.min(length, after === undefined ? 0 : after + 1);
  return { begin, end: Math.max(begin, Math.min(length, before ?? length)) };
}

export function sized({ begin, end }: Span, { first, last }: PageRange): Span {
  if (first !== undefined) return { begin, end: Math.min(end, begin + first) };
  return { begin: last === undefined ? begin : Math.max(begin, end - last), end };
}
