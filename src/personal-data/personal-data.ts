// Personal data in the log is encrypted with keys of its person, which are kept outside of the log.
// Erasing a person destroys the keys; what the log has of the person is then unreadable for ever.
import { createHmac, hkdfSync } from 'node:crypto';
import { reasonOf } from '../errors/reason-of.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import type { Time } from '../waiting/time.js';
import { spellingsOf } from './address-spellings.js';
import {
  CannotDecryptError,
  decrypted,
  encrypted,
  KEY_BYTES,
  type RandomBytes,
} from './encryption.js';
import type { PersonKey, PersonKeys, Wanted } from './person-keys.js';

/** A person is a customer, or for a guest the e-mail address. */
export interface Person {
  readonly customerId: string | null;
  readonly email: string;
}

export interface PeopleOfAddress {
  readonly keyIds: readonly string[];
  readonly customerIds: readonly string[];
}

/** As events store it. */
export interface SealedText {
  readonly keyId: string;
  readonly sealed: string;
}

/** The key is not there, or does not fit: a backup of it, or the service's secret, is missing. */
export class PersonKeyError extends Error {
  override readonly name = 'PersonKeyError';
  /** @param mayCome another instance may still hand it over, after a time without Postgres */
  constructor(
    message: string,
    readonly mayCome = false,
  ) {
    super(message);
  }
}

export interface PersonalDataOptions {
  /** Shared by all instances. */
  readonly keys: PersonKeys;
  /** Of this instance alone, for the time when the shared keys are away. */
  readonly spare?: PersonKeys;
  readonly secret: Buffer;
  readonly time: Pick<Time, 'now' | 'newId'>;
  readonly randomBytes: RandomBytes;
}

const TEXT = 'personal data';
/**
 * How far the clocks of instances may be apart. A key that was made less than that after an
 * erasure, while the shared keys were away, is destroyed as well.
 */
const CLOCKS_MS = 60_000;

export class PersonalData {
  private readonly wrapping: Buffer;
  private readonly addressing: Buffer;
  private readonly naming: Buffer;

  constructor(private readonly options: PersonalDataOptions) {
    this.wrapping = derived(options.secret, 'keys of people');
    this.addressing = derived(options.secret, 'e-mail addresses');
    this.naming = derived(options.secret, 'customers');
  }

  /**
   * Resolves when the person's key is on disk.
   *
   * @throws ReadModelsUnavailableError
   */
  async seal(person: Person, text: string): Promise<SealedText> {
    const { keyId, key } = await this.keyFor(person);
    const purpose = purposeOf(TEXT, keyId);
    return { keyId, sealed: encrypted(Buffer.from(text), key, purpose, this.options.randomBytes) };
  }

  /**
   * The text; undefined when its person was erased.
   *
   * @throws PersonKeyError; ReadModelsUnavailableError
   */
  async open({ keyId, sealed }: SealedText): Promise<string | undefined> {
    const found = await this.find(keyId);
    if (found === 'destroyed') return undefined;
    if (found === 'missing') {
      const isShared = this.options.spare !== undefined;
      throw new PersonKeyError(`The key ${keyId} is not here`, isShared);
    }
    try {
      const key = this.unwrapped(found);
      return decrypted(sealed, key, purposeOf(TEXT, keyId)).toString();
    } catch (error) {
      if (!(error instanceof CannotDecryptError)) throw error;
      throw new PersonKeyError(`The key ${keyId} does not fit: ${reasonOf(error)}`);
    }
  }

  /** The same for all spellings of an address; nobody without the secret can guess it. */
  hashOf(email: string): string {
    const [hash = ''] = this.hashesOf(email);
    return hash;
  }

  /** `hashOf`, and what earlier releases made of other spellings. */
  private hashesOf(email: string): string[] {
    return spellingsOf(email).map((address) =>
      createHmac('sha256', this.addressing).update(address).digest('base64url'),
    );
  }

  /**
   * Who gave an address, by the ids that the log has of them. Nobody after an erasure.
   *
   * @throws ReadModelsUnavailableError
   */
  async whoGave(email: string): Promise<PeopleOfAddress> {
    await this.handOver();
    const keys = await this.keysOf(this.hashesOf(email).map((addressHash) => ({ addressHash })));
    const customerIds = keys.flatMap(({ customerId }) => customerId ?? []);
    return { keyIds: keys.map(({ keyId }) => keyId), customerIds: [...new Set(customerIds)] };
  }

  /**
   * The ids of the keys of a customer, or of everyone who gave this address. From now on, keys of
   * theirs that another instance made alone are erased when they come: see `handOver`.
   *
   * @throws ReadModelsUnavailableError
   */
  async beginErasure(
    who: { readonly customerId: string } | { readonly email: string },
  ): Promise<readonly string[]> {
    const { keys, spare, time } = this.options;
    await this.handOver();
    const wanted: readonly Wanted[] =
      'email' in who ? this.hashesOf(who.email).map((addressHash) => ({ addressHash })) : [who];
    if (spare !== undefined) {
      for (const one of wanted) {
        const owner = 'addressHash' in one ? one.addressHash : this.nameOf(one.customerId);
        await keys.noteErasure(owner, time.now());
      }
    }
    return (await this.keysOf(wanted)).map(({ keyId }) => keyId);
  }

  private async keysOf(wanted: readonly Wanted[]) {
    const found = [];
    for (const one of wanted) found.push(...(await this.options.keys.keysOf(one)));
    return found;
  }

  /** Repeating it changes nothing. @throws ReadModelsUnavailableError */
  async destroy(keyId: string): Promise<void> {
    await this.options.spare?.forget(keyId);
    await this.options.keys.destroy(keyId);
  }

  /**
   * Moves the keys that this instance made alone to the shared ones. Returns the ids of the late
   * ones, which stay: their people were erased before, so each is to be erased.
   *
   * @throws ReadModelsUnavailableError
   */
  async handOver(): Promise<readonly string[]> {
    const { keys, spare } = this.options;
    const late: string[] = [];
    for (const key of (await spare?.all()) ?? []) {
      if (await this.isLate(key)) late.push(key.keyId);
      else {
        await keys.add(key);
        await spare?.forget(key.keyId);
      }
    }
    return late;
  }

  async close(): Promise<void> {
    await Promise.all([this.options.keys.close(), this.options.spare?.close()]);
  }

  private async keyFor(person: Person): Promise<{ keyId: string; key: Buffer }> {
    const { customerId, email } = person;
    const owner = { customerId, addressHash: this.hashOf(email) };
    const known = await this.known(owner);
    if (known !== undefined && known !== 'unavailable') return known;
    const { randomBytes, time } = this.options;
    const keyId = time.newId();
    const key = randomBytes(KEY_BYTES);
    const wrapped = encrypted(key, this.wrapping, purposeOf('key', keyId), randomBytes);
    const made = { keyId, ...owner, wrapped, madeAt: time.now() };
    // A command has no time to wait for the shared keys twice.
    if (known === 'unavailable') await this.options.spare?.add(made);
    else await this.add(made);
    return { keyId, key };
  }

  /** Two checkouts at once may make two keys for one person; an erasure destroys both. */
  private async known(
    owner: Pick<PersonKey, 'customerId' | 'addressHash'>,
  ): Promise<{ keyId: string; key: Buffer } | 'unavailable' | undefined> {
    try {
      const found = await this.options.keys.keyOf(owner);
      return found && { keyId: found.keyId, key: this.unwrapped(found) };
    } catch (error) {
      // An instance with another secret made it, or the shared keys are away: a new key will do.
      if (error instanceof CannotDecryptError) return undefined;
      if (error instanceof ReadModelsUnavailableError && this.options.spare) return 'unavailable';
      throw error;
    }
  }

  private async add(key: PersonKey): Promise<void> {
    const { keys, spare } = this.options;
    try {
      await keys.add(key);
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailableError) || spare === undefined) throw error;
      await spare.add(key);
    }
  }

  private async isLate({ customerId, addressHash, madeAt }: PersonKey): Promise<boolean> {
    const owners = [addressHash, ...(customerId === null ? [] : [this.nameOf(customerId)])];
    const erasedAt = await this.options.keys.erasedAt(owners);
    return erasedAt !== undefined && madeAt <= erasedAt + CLOCKS_MS;
  }

  /** A keyed hash, as `hashOf`: what is left of an erased customer names nobody. */
  private nameOf(customerId: string): string {
    return createHmac('sha256', this.naming).update(customerId).digest('base64url');
  }

  private async find(keyId: string) {
    const { keys, spare } = this.options;
    const own = await spare?.find(keyId);
    return own === undefined || own === 'missing' ? keys.find(keyId) : own;
  }

  private unwrapped({ keyId, wrapped }: PersonKey): Buffer {
    return decrypted(wrapped, this.wrapping, purposeOf('key', keyId));
  }
}

function derived(secret: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `cartograph/${use}`, KEY_BYTES));
}

/** Binds a text to its key, so that no two can be exchanged. */
function purposeOf(use: string, keyId: string): string {
  return `${use}/${keyId}`;
}
