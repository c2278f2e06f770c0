// The spellings under which the keys of an address may be kept. Earlier releases took the two
// spellings of a domain for two people.
import { domainToUnicode } from 'node:url';
import { normalizedAddress, writtenAddress } from '../domain/person/address.js';

/** The one that new keys get comes first. */
export function spellingsOf(email: string): readonly string[] {
  const normalized = normalizedAddress(email);
  const at = normalized.lastIndexOf('@') + 1;
  const readable = normalized.slice(0, at) + domainToUnicode(normalized.slice(at));
  return [...new Set([normalized, writtenAddress(email), writtenAddress(readable)])];
}
