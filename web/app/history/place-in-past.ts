// Which moment is shown, and which one it is compared with; both are part of the address.

export interface PlaceInPast {
  /** Null: the newest event, whichever that is. */
  readonly revision: number | null;
  /** The cart as of this instant, which can be between two events; RFC 3339. */
  readonly instant: string | null;
  /** The other end of a comparison. */
  readonly from: number | null;
}

export const newest: PlaceInPast = { revision: null, instant: null, from: null };

/** What an address says; nonsense in it counts as nothing. */
export function placeFrom(parameters: URLSearchParams): PlaceInPast {
  const instant = parameters.get('at');
  const isInstant = instant !== null && !Number.isNaN(Date.parse(instant));
  return {
    revision: revisionFrom(parameters.get('revision')),
    instant: isInstant ? new Date(instant).toISOString() : null,
    from: revisionFrom(parameters.get('from')),
  };
}

export function addressOf({ revision, instant, from }: PlaceInPast): URLSearchParams {
  const parameters = new URLSearchParams();
  if (instant !== null) parameters.set('at', instant);
  else if (revision !== null) parameters.set('revision', String(revision));
  if (from !== null) parameters.set('from', String(from));
  return parameters;
}

function revisionFrom(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
