// The hour that a clock shows twice when it is set back.

/** Longer than a clock takes from one offset to another, and shorter than between two changes. */
const DAY_MS = 24 * 60 * 60 * 1_000;

/** All instants at which the reader's clock shows what it shows at this one, the earliest first. */
export function instantsAt(at: Date): readonly Date[] {
  const turnMs = offsetMsAt(at.getTime() - DAY_MS) - offsetMsAt(at.getTime() + DAY_MS);
  if (turnMs <= 0) return [at];
  const others = [-turnMs, turnMs].map((ms) => new Date(at.getTime() + ms));
  const same = others.filter((other) => showsOf(other) === showsOf(at));
  return [at, ...same].sort((one, other) => one.getTime() - other.getTime());
}

const offsetMsAt = (at: number): number => -new Date(at).getTimezoneOffset() * 60_000;

/** What the clock shows, as a number. */
const showsOf = (at: Date): number => at.getTime() + offsetMsAt(at.getTime());
