// Contacts without keys, where a test does not look at them: the same input gives the same output.
import { hash } from 'node:crypto';
import type { ContactSealer } from '../../src/commands/cart-terms.js';
import type { TextOpener } from '../../src/graphql/services.js';
import type { PeopleToErase } from '../../src/commands/erasure.js';
import type { PersonalData } from '../../src/personal-data/personal-data.js';

export const unsealedContacts: ContactSealer & TextOpener = {
  openText: ({ sealed }) => Promise.resolve(Buffer.from(sealed, 'base64url').toString()),
  seal: ({ customerId }, { email }) =>
    Promise.resolve({
      keyId: unsealedKeyOf(customerId, email),
      sealed: Buffer.from(email).toString('base64url'),
    }),
  sealText: ({ customerId, email }, text) =>
    Promise.resolve({
      keyId: unsealedKeyOf(customerId, email),
      sealed: Buffer.from(text).toString('base64url'),
    }),
};

/** The id of a person's key. It names nobody. */
export function unsealedKeyOf(customerId: string | null, email: string): string {
  return `key of ${customerId ?? hash('sha256', email, 'hex').slice(0, 8)}`;
}

export const nobody: PeopleToErase & Pick<PersonalData, 'whoGave'> = {
  beginErasure: () => Promise.resolve([]),
  whoGave: () => Promise.resolve({ keyIds: [], customerIds: [] }),
  destroy: () => Promise.resolve(),
};
