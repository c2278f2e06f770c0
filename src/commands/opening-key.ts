// The commandId of openCart is a secret: a guest whose answer was lost has nothing else to show for
// the cart's token. So the log keeps it sealed only, and what can be guessed proves nothing.
import { createHmac } from 'node:crypto';
import { stringify } from 'uuid';

const UUID_BYTES = 16;
/** Versions that are made of random bits: 122 of them, and 74. */
const RANDOM_VERSIONS = ['4', '7'];
const VERSION_AT = 14;
/** Of the 16 hexadecimal digits, a random UUID lacks more than half once in a million times. */
const MIN_DIFFERENT_DIGITS = 8;

/**
 * What the log keeps in place of the commandId of openCart: a UUID of version 8, by HMAC-SHA-256.
 * Stored format: a change would make every retry after it look like a new command.
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

/** Whether nobody but its maker can be expected to know a commandId, a UUID in lower case. */
export function isHardToGuess(commandId: string): boolean {
  const differentDigits = new Set(commandId.replaceAll('-', '')).size;
  return (
    RANDOM_VERSIONS.includes(commandId.charAt(VERSION_AT)) &&
    differentDigits >= MIN_DIFFERENT_DIGITS
  );
}
