// What the log has of people and of secrets, hidden before staff see an event's content. Addresses
// are encrypted in the log already; this is about names of customers, and about hashes of what was
// secret, with which a guess could be checked.
const HIDDEN = 'hidden';

/** In data and metadata, at any depth. */
const hiddenKeys = new Set([
  ...['customerId', 'customer_id', 'tokenHash', 'cartToken', 'token', 'secret', 'password'],
  ...['email', 'commandHash', 'paymentToken', 'sealed', 'sealedSecret', 'wrapped'],
]);

/** Deeper content is of another program, which may nest it without end. */
const MOST_DEEP = 32;

/** A copy without them; what is null stays null. */
export function withoutHidden(content: unknown, depth = 0): unknown {
  if (typeof content !== 'object' || content === null) return content;
  if (depth === MOST_DEEP) return HIDDEN;
  if (Array.isArray(content)) return content.map((one) => withoutHidden(one, depth + 1));
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => [
      key,
      hiddenKeys.has(key) && value != null ? HIDDEN : withoutHidden(value, depth + 1),
    ]),
  );
}
