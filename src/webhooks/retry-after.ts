// How long a receiver wants to be left alone: the header Retry-After, RFC 9110, section 10.2.3.

/** Too many requests, and unavailable: RFC 6585, section 4, and RFC 9110, section 15.6.4. */
const ASKING: ReadonlySet<number> = new Set([429, 503]);
const SECONDS = /^\d{1,15}$/;
/** As all servers write a date: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * In milliseconds; undefined when the answer asks for no time.
 *
 * @param now in milliseconds since 1970
 */
export function askedPauseMs(
  status: number,
  header: string | undefined,
  now: number,
): number | undefined {
  const text = header?.trim() ?? '';
  if (!ASKING.has(status)) return undefined;
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const until = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return until > now ? until - now : undefined;
}
