// Which moment is shown, which one it is compared with, and what was known of both; all are part of
// the address.

export interface PlaceInPast {
  /** Null: the newest event, whichever that is. */
  readonly revision: number | null;
  /** The cart as of this instant, which can be between two events; RFC 3339. */
  readonly instant: string | null;
  /** The other end of a comparison. */
  readonly from: number | null;
  /** Only what was recorded by this instant counts, RFC 3339. Null: everything. */
  readonly known: string | null;
}

export const newest: PlaceInPast = { revision: null, instant: null, from: null, known: null };

/** What an address says; nonsense in it counts as nothing. */
export function placeFrom(parameters: URLSearchParams): PlaceInPast {
  return {
    revision: revisionFrom(parameters.get('revision')),
    instant: instantFrom(parameters.get('at')),
    from: revisionFrom(parameters.get('from')),
    known: instantFrom(parameters.get('known')),
  };
}

export function addressOf({ revision, instant, from, known }: PlaceInPast): URLSearchParams {
  const parameters = new URLSearchParams();
  if (instant !== null) parameters.set('at', instant);
  else if (revision !== null) parameters.set('revision', String(revision));
  if (from !== null) parameters.set('from', String(from));
  if (known !== null) parameters.set('known', known);
  return parameters;
}

function instantFrom(text: string | null): string | null {
  return text !== null && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : null;
}

function revisionFrom(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
