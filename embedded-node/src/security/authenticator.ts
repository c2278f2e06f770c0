// Authenticates a call by the credentials in its headers. The first use of a password costs a
// scrypt, later uses a keyed hash, until the user changes or the entry is dropped.
import { createHmac, randomBytes } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { type Credentials, basicCredentials } from './basic-credentials.js';
import { hashPassword, isPassword, type PasswordHash } from './passwords.js';
import type { Principal } from './principal.js';
import type { User, Users } from './users.js';
import { StatusError } from '../wire/statuses.js';

/** Number of verified credentials kept in memory. */
const REMEMBERED = 1_000;
/** Concurrent scrypts: they share a few threads with all of the process's file access. */
const AT_ONCE = 2;

export function unauthenticated(): StatusError {
  return new StatusError(status.UNAUTHENTICATED, 'Unauthenticated');
}

export class Authenticator {
  /** The key of the hashes is random in each run, so they are useless for a dictionary attack. */
  private readonly key = randomBytes(32);
  /** Verified credentials by a user's hash, oldest first. */
  private readonly verified = new Map<string, string>();
  private readonly verifying = new Map<string, Promise<boolean>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private nobody: Promise<PasswordHash> | undefined;

  /** @param verify called once for each password, even for concurrent calls */
  constructor(
    private readonly users: Pick<Users, 'find'>,
    private readonly verify = isPassword,
  ) {}

  /**
   * Undefined for a caller without credentials.
   *
   * @param header the call's `authorization`
   * @throws StatusError UNAUTHENTICATED for wrong credentials, and for a disabled user
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
    // A changed password changes the key, so a verification from before the change is not reused.
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
   * An unknown login takes as long as a wrong password, so the time does not reveal which logins
   * exist.
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
      // A waiting verification takes over the released place.
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
