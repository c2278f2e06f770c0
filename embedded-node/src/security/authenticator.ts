// Who a caller is, by the credentials in the call's headers. A password costs a scrypt the first
// time it is shown and a keyed hash afterwards, until the user is changed or forgotten here.
import { createHmac, randomBytes } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { type Credentials, basicCredentials } from './basic-credentials.js';
import { hashPassword, isPassword, type PasswordHash } from './passwords.js';
import type { Principal } from './principal.js';
import type { User, Users } from './users.js';
import { StatusError } from '../wire/statuses.js';

/** How many credentials are remembered as right. */
const REMEMBERED = 1_000;
/** How many scrypts run at once: they share a few threads with all of the process's files. */
const AT_ONCE = 2;

export function unauthenticated(): StatusError {
  return new StatusError(status.UNAUTHENTICATED, 'Unauthenticated');
}

export class Authenticator {
  /** Under a key that this run has made, so that nothing here is worth a dictionary. */
  private readonly key = randomBytes(32);
  /** Credentials that were right for a user's hash, oldest first. */
  private readonly verified = new Map<string, string>();
  private readonly verifying = new Map<string, Promise<boolean>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nobody: Promise<PasswordHash> | undefined;

  /** @param verify asked once for each password that is shown, however many calls show it */
  constructor(
    private readonly users: Pick<Users, 'find'>,
    private readonly verify = isPassword,
  ) {}

  /**
   * Undefined for a caller without credentials.
   * @param header the call's `authorization`
   * @throws StatusError UNAUTHENTICATED for credentials that are wrong, and for a disabled user's
   */
  async authenticate(header: string | undefined): Promise<Principal | undefined> {
    const credentials = header === undefined ? undefined : basicCredentials(header);
    if (credentials === undefined) return undefined;
    const user = this.users.find(credentials.login);
    if (!(await this.isRight(credentials, user)) || user === undefined || user.disabled) {
      throw unauthenticated();
    }
    return { name: user.loginName, groups: user.groups };
  }

  private async isRight(credentials: Credentials, user: User | undefined): Promise<boolean> {
    const { login, password } = credentials;
    const stored = user ?? (await this.hashOfNobody());
    const shown = createHmac('sha256', this.key)
      .update(JSON.stringify([login, password]))
      .digest('base64');
    if (this.verified.get(shown) === stored.hash) return true;
    // A changed password makes another key: nobody is let in by what was asked before the change.
    const asked = `${shown} ${stored.hash}`;
    const verifying = this.verifying.get(asked) ?? this.inTurn(password, stored);
    this.verifying.set(asked, verifying);
    try {
      const isRight = await verifying;
      if (isRight) this.remember(shown, stored.hash);
      return isRight;
    } finally {
      this.verifying.delete(asked);
    }
  }

  /**
   * A login that does not exist takes as long as a wrong password, and so cannot be told from it.
   */
  private hashOfNobody(): Promise<PasswordHash> {
    return (this.nobody ??= hashPassword(randomBytes(32).toString('base64')));
  }

  private remember(shown: string, hash: string): void {
    if (this.verified.size >= REMEMBERED) {
      for (const oldest of this.verified.keys()) {
        this.verified.delete(oldest);
        break;
      }
    }
    this.verified.set(shown, hash);
  }

  private async inTurn(password: string, stored: PasswordHash): Promise<boolean> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await this.verify(password, stored);
    } finally {
      const next = this.waiting.shift();
      // Whoever waited takes over the place that becomes free.
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
