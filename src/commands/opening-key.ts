// The commandId of openCart acts as a secret: a guest who lost the response proves with it that the
// cart's token is theirs. So the log stores it only sealed, and a guessable commandId proves
// nothing.
import { createHmac } from 'node:crypto';
import { stringify } from 'uuid';

const UUID_BYTES = 16;
/** UUID versions with random bits: version 4 has 122, version 7 has 74. */
const RANDOM_VERSIONS = ['4', '7'];
const VERSION_AT = 14;
/** A random UUID has fewer than 8 of the 16 hexadecimal digits about once in a million. */
const MIN_DIFFERENT_DIGITS = 8;

/**
 * Replaces the commandId of openCart in the log: a version 8 UUID from HMAC-SHA-256. Stored format:
 * after a change, every retry of an earlier command would look like a new command.
 */
export function sealedOpeningKey(secret: Buffer, commandId: string): string {
  const bytes = createHmac('sha256', secret)
    .update(`open-cart/${commandId}`)
    .digest()
    .subarray(0, UUID_BYTES);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return stringify(bytes);
}

/** Whether a commandId (a lower-case UUID) is random enough that only its creator can know it. */
export function isHardToGuess(commandId: string): boolean {
  const differentDigits = new Set(commandId.replaceAll('-', '')).size;
  return (
    RANDOM_VERSIONS.includes(commandId.charAt(VERSION_AT)) &&
    differentDigits >= MIN_DIFFERENT_DIGITS
  );
}
