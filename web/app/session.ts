// Who is signed in, in this tab until it is closed. A token is never part of an address.
import { Store } from '../cart-client/store.ts';

export type SignedInRole = 'customer' | 'support' | 'admin';

export interface SignedIn {
  readonly subject: string;
  readonly role: SignedInRole;
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  /** Why support or an admin reads what a customer owns. */
  readonly accessReason?: string | undefined;
}

const KEY = 'cartograph:signed-in';
const roles: readonly string[] = ['customer', 'support', 'admin'] satisfies SignedInRole[];

export class Session {
  readonly person: Store<SignedIn | null>;
  private expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.person = new Store(signedInFrom(storage.getItem(KEY)));
    this.endAtExpiry();
  }

  signIn(person: SignedIn): void {
    this.storage.setItem(KEY, JSON.stringify(person));
    this.person.set(person);
    this.endAtExpiry();
  }

  readonly signOut = (): void => {
    this.storage.removeItem(KEY);
    this.person.set(null);
    clearTimeout(this.expiry);
  };

  private endAtExpiry(): void {
    clearTimeout(this.expiry);
    const person = this.person.get();
    if (person === null) return;
    this.expiry = setTimeout(this.signOut, Math.max(0, person.expiresAt - Date.now()));
  }
}

/** Null when nobody is signed in any more. */
function signedInFrom(text: string | null): SignedIn | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Record<keyof SignedIn, unknown>> | null;
    if (value === null || typeof value.token !== 'string') return null;
    if (typeof value.subject !== 'string' || !roles.includes(String(value.role))) return null;
    if (typeof value.expiresAt !== 'number' || value.expiresAt <= Date.now()) return null;
    return value as SignedIn;
  } catch {
    // Another page of this origin wrote it.
    return null;
  }
}
