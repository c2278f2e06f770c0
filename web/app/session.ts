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

/** Who reads the same things; another reason for access is another reading. */
export function isSamePerson(one: SignedIn | null, other: SignedIn | null): boolean {
  if (one === null || other === null) return one === other;
  return (['subject', 'role', 'accessReason'] as const).every((part) => one[part] === other[part]);
}

/** A timer that is longer fires at once. */
const maximumTimerMs = 2 ** 31 - 1;
const KEY = 'cartograph:signed-in';
const roles: readonly string[] = ['customer', 'support', 'admin'] satisfies SignedInRole[];

export class Session {
  readonly person: Store<SignedIn | null>;
  /** Whose sign-in ended by itself: their pages wait until they sign in again, or out. */
  readonly ended = new Store<SignedIn | null>(null);
  private expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.person = new Store(signedInFrom(storage.getItem(KEY)));
    this.endAtExpiry();
  }

  signIn(person: SignedIn): void {
    this.storage.setItem(KEY, JSON.stringify(person));
    this.person.set(person);
    this.ended.set(null);
    this.endAtExpiry();
  }

  readonly signOut = (): void => {
    this.leave(null);
  };

  /** The service does not take the token any more, as after a change of its keys. */
  readonly refuse = (token: string): void => {
    const person = this.person.get();
    if (person?.token === token) this.leave(person);
  };

  /** Resolves at once, unless a sign-in has ended by itself. */
  async settled(): Promise<void> {
    if (this.ended.get() === null) return;
    await new Promise<void>((resolve) => {
      const unsubscribe = this.ended.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
  }

  private leave(ended: SignedIn | null): void {
    clearTimeout(this.expiry);
    this.storage.removeItem(KEY);
    this.ended.set(ended);
    this.person.set(null);
  }

  private endAtExpiry(): void {
    clearTimeout(this.expiry);
    const person = this.person.get();
    if (person === null) return;
    const leftMs = person.expiresAt - Date.now();
    if (leftMs <= 0) this.leave(person);
    else this.expiry = setTimeout(() => this.endAtExpiry(), Math.min(leftMs, maximumTimerMs));
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
