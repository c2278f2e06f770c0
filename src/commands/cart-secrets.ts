// The secrets of carts, all derived from the service's own: none is stored, and every instance
// derives the same.
import { createHmac, hash } from 'node:crypto';
import { normalizedAddress } from '../domain/person/address.js';
import type { Contact } from './cart-requests.js';
import { inputHash } from './command-id.js';

export class CartSecrets {
  /** @param secret anyone who has it can make cart tokens */
  constructor(private readonly secret: Buffer) {}

  /** The token that the opening of a cart gives. */
  tokenOf(cartId: string): string {
    return this.keyedHash(`cart-token/${cartId}`).toString('base64url');
  }

  /** The secret of a claimed cart: nobody is told it, because its owner signs in. */
  claimedTokenOf(cartId: string): string {
    return this.keyedHash(`claimed-cart-token/${cartId}`).toString('base64url');
  }

  /**
   * The log stores a command's hash. The hash is keyed, because a plain one would reveal an e-mail
   * address to a guesser.
   */
  sealed(personal: Readonly<Record<string, unknown>>): string {
    return this.keyedHash(inputHash('sealed', personal)).toString('base64url');
  }

  /**
   * Tells customers apart in the log: one by the id, a guest by the e-mail address. Null when
   * neither is known.
   */
  customerKeyOf(customerId: string | null, contact: Contact | undefined): string | null {
    if (customerId !== null) return this.keyedHash(`customer/${customerId}`).toString('base64url');
    if (contact === undefined) return null;
    const address = normalizedAddress(contact.email);
    return this.keyedHash(`guest/${address}`).toString('base64url');
  }

  private keyedHash(text: string): Buffer {
    return createHmac('sha256', this.secret).update(text).digest();
  }
}

/** SHA-256 of a cart token, in hexadecimal. Tokens are stored and compared only as hashes. */
export function tokenHashOf(cartToken: string): string {
  return hash('sha256', cartToken, 'hex');
}
