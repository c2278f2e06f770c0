// The users, stored in the log as the real server does: a stream `$user-<login>` for each, whose
// last event is the user; the list of logins in `$users`; and a notification for each changed
// password.
import { randomUUID } from 'node:crypto';
import type { Log } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import type { StreamReader } from '../read/stream-reader.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import { hashPassword, isPassword } from './passwords.js';
import { decodeUser, encodeUser, type UserRecord } from './user-record.js';
import { WrongExpectedVersion } from '../errors.js';

export interface User extends UserRecord {
  readonly revision: number;
  readonly updatedMs: number;
}

export interface NewUser {
  readonly loginName: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly password: string;
}

/** Why a change of a user was refused. */
export type UserRefusal = 'not found' | 'conflict' | 'wrong password';

const USERS = '$users';
/** The metadata that limits writes of a user's stream to admins. */
const ONLY_ADMINS = Buffer.from('{"$acl":{"$w":"$admins","$d":"$admins","$mw":"$admins"}}');
/** Notifications tell caches of passwords about changes; they are useless after an hour. */
const FOR_AN_HOUR = Buffer.from('{"$maxAge":3600}');
const PASSWORD_NOTICES = '$users-password-notifications';
/** Number of parsed users kept in memory. */
const KEPT = 10_000;

function streamOf(login: string): string {
  return `$user-${login}`;
}

export class Users {
  private readonly known = new Map<string, User>();

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly writer: Writer,
    private readonly reader: StreamReader,
  ) {}

  /** Whether the user exists or existed. */
  wasThere(login: string): boolean {
    return this.streams.view(streamOf(login)) !== null;
  }

  /** The current user; undefined for a deleted one. */
  find(login: string): User | undefined {
    const view = this.streams.view(streamOf(login));
    if (view === null || view.isSoftDeleted || view.head.isTombstoned) return undefined;
    const { revision } = view.head;
    const known = this.known.get(login);
    if (known?.revision === revision) return known;
    const event = this.log.eventAt(view.head, BigInt(revision));
    const record = event && decodeUser(event.data);
    // The name in the event must match the stream; otherwise it is not this user.
    if (event === undefined || record?.loginName !== login) return undefined;
    const user = { ...record, revision, updatedMs: event.createdMs };
    if (this.known.size >= KEPT) this.known.clear();
    this.known.set(login, user);
    return user;
  }

  /** All current users, by login; undefined if there never was one. */
  all(): User[] | undefined {
    const view = this.streams.view(USERS);
    if (view === null || view.isSoftDeleted) return undefined;
    const logins = new Set<string>();
    for (const { type, data } of this.reader.forwards(view, 0n, BigInt(view.head.revision) + 1n)) {
      if (type === '$User') logins.add(Buffer.from(data).toString('utf8'));
    }
    const users = [...logins].map((login) => this.find(login));
    return users.filter((user) => user !== undefined).sort(byLogin);
  }

  /** As in the real server, an existing user with the same password stays unchanged. */
  async create({ password, ...user }: NewUser): Promise<UserRefusal | undefined> {
    const stream = streamOf(user.loginName);
    // The revision from before the hashing of the password: the first concurrent creation gets the
    // name. A deleted user's revisions continue.
    const last = this.streams.view(stream)?.head.revision;
    const expected = last === undefined ? 'no stream' : { revision: BigInt(last) };
    const existing = this.find(user.loginName);
    if (existing !== undefined) {
      return (await isPassword(password, existing)) ? undefined : 'conflict';
    }
    const record = { ...user, ...(await hashPassword(password)), disabled: false };
    const created = event('$UserCreated', encodeUser(record));
    const listed = { ...event('$User', Buffer.from(user.loginName)), isJson: false };
    // Enqueued together, these writes share one commit. A listed login without a user is skipped.
    return refusalOf(
      this.writer.append(metadataStreamOf(stream), [event('$metadata', ONLY_ADMINS)], 'any'),
      this.writer.append(stream, [created], expected),
      this.writer.append(USERS, [listed], 'any'),
    );
  }

  update(
    login: string,
    fullName: string,
    groups: readonly string[],
  ): Promise<UserRefusal | undefined> {
    return this.change(login, (user) => ({ ...user, fullName, groups }), true);
  }

  setDisabled(login: string, disabled: boolean): Promise<UserRefusal | undefined> {
    return this.change(login, (user) => ({ ...user, disabled }), disabled);
  }

  /** @param current the expected current password; undefined: not checked */
  async setPassword(login: string, to: string, current?: string): Promise<UserRefusal | undefined> {
    const user = this.find(login);
    if (user === undefined) return 'not found';
    if (current !== undefined && !(await isPassword(current, user))) return 'wrong password';
    const hashed = await hashPassword(to);
    return refusalOf(this.write(user, { ...user, ...hashed }), ...this.notices(login));
  }

  async delete(login: string): Promise<UserRefusal | undefined> {
    const user = this.find(login);
    if (user === undefined) return 'not found';
    const expected = { revision: BigInt(user.revision) };
    return refusalOf(this.writer.softDelete(streamOf(login), expected), ...this.notices(login));
  }

  /** @param isNoticed whether caches of the user's password must be notified */
  private async change(
    login: string,
    to: (user: User) => UserRecord,
    isNoticed: boolean,
  ): Promise<UserRefusal | undefined> {
    const user = this.find(login);
    if (user === undefined) return 'not found';
    return refusalOf(this.write(user, to(user)), ...(isNoticed ? this.notices(login) : []));
  }

  private notices(loginName: string): Promise<unknown>[] {
    const notice = event('$PasswordChanged', Buffer.from(JSON.stringify({ loginName })));
    const metadata = metadataStreamOf(PASSWORD_NOTICES);
    const isNew = this.streams.view(PASSWORD_NOTICES) === null;
    return [
      ...(isNew ? [this.writer.append(metadata, [event('$metadata', FOR_AN_HOUR)], 'any')] : []),
      this.writer.append(PASSWORD_NOTICES, [notice], 'any'),
    ];
  }

  /** Writes only over the revision that was read: of two concurrent changes, one is refused. */
  private write({ loginName, revision }: User, changed: UserRecord): Promise<unknown> {
    const updated = event('$UserUpdated', encodeUser(changed));
    return this.writer.append(streamOf(loginName), [updated], { revision: BigInt(revision) });
  }
}

/** .NET's order of texts: alphabetical regardless of case, lower case first. */
const { compare } = new Intl.Collator('en');

function byLogin(a: User, b: User): number {
  return compare(a.loginName, b.loginName);
}

async function refusalOf(...writes: readonly Promise<unknown>[]): Promise<UserRefusal | undefined> {
  const outcomes = await Promise.allSettled(writes);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed === undefined || failed.status === 'fulfilled') return undefined;
  if (failed.reason instanceof WrongExpectedVersion) return 'conflict';
  throw failed.reason;
}

function event(type: string, data: Buffer): ProposedEvent {
  return { id: randomUUID(), type, isJson: true, data, metadata: new Uint8Array() };
}
