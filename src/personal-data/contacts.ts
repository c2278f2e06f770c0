// The personal data that events store: contacts, addresses and gift notes.
import type { SealedContact } from '../domain/cart/events.js';
import type { Person, PersonalData, SealedText } from './personal-data.js';

/** Stored format, as JSON: change only by adding optional properties. */
export interface OrderContact {
  readonly email: string;
}

export class Contacts {
  constructor(private readonly people: Pick<PersonalData, 'seal' | 'open'>) {}

  /** Resolves when the person's key is on disk. @throws ReadModelsUnavailableError */
  seal(
    { customerId }: { readonly customerId: string | null },
    { email }: OrderContact,
  ): Promise<SealedContact> {
    return this.people.seal({ customerId, email }, JSON.stringify({ email }));
  }

  /** As `seal`, for other texts: addresses and gift notes. @throws ReadModelsUnavailableError */
  sealText(person: Person, text: string): Promise<SealedText> {
    return this.people.seal(person, text);
  }

  /**
   * Undefined when the person was erased.
   *
   * @throws PersonKeyError; ReadModelsUnavailableError
   */
  openText(sealed: SealedText): Promise<string | undefined> {
    return this.people.open(sealed);
  }

  /** As `openText`. @throws PersonKeyError; ReadModelsUnavailableError */
  async open(contact: SealedContact): Promise<OrderContact | undefined> {
    const text = await this.people.open(contact);
    return text === undefined ? undefined : (JSON.parse(text) as OrderContact);
  }
}
