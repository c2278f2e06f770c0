// Stored format: the data of the events in a user's stream; each contains the whole user. Change
// only by adding optional fields, because logs with older events remain.
import { jsonOf } from '../log/json-object.js';
import type { PasswordHash } from './passwords.js';

export interface UserRecord extends PasswordHash {
  readonly loginName: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly disabled: boolean;
}

export function encodeUser(user: UserRecord): Buffer {
  const { loginName, fullName, salt, hash, disabled, groups } = user;
  return Buffer.from(JSON.stringify({ loginName, fullName, salt, hash, disabled, groups }));
}

/** Undefined for data that is not a user: anyone with write access to the stream can store it. */
export function decodeUser(data: Uint8Array): UserRecord | undefined {
  const json = jsonOf(data);
  if (typeof json !== 'object' || json === null) return undefined;
  const { loginName, fullName, salt, hash, disabled, groups } = json as Partial<
    Record<keyof UserRecord, unknown>
  >;
  const isSound =
    typeof loginName === 'string' &&
    typeof fullName === 'string' &&
    typeof salt === 'string' &&
    typeof hash === 'string' &&
    typeof disabled === 'boolean' &&
    isTexts(groups);
  return isSound ? { loginName, fullName, salt, hash, disabled, groups } : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
