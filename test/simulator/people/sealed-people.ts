// What an instance of a run knows of people, encrypted with keys of theirs as the service does it:
// the keys are with the rows, and on its own disk while those are away.
import { Contacts } from '../../../src/personal-data/contacts.js';
import { withSharedKeys } from '../../../src/personal-data/open.js';
import {
  PersonalData,
  type PersonalDataOptions,
  PersonKeyError,
} from '../../../src/personal-data/personal-data.js';
import { PersonKeys } from '../../../src/personal-data/person-keys.js';
import type { Database } from '../../../src/read-models/database.js';
import { SqliteDatabase } from '../../../src/read-models/sqlite.js';
import { type Erasing, erasingOf, startHandingOver } from '../../../src/service/people.js';
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import type { StartedParts } from '../../../src/service/started-parts.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { SealedText } from '../../../src/personal-data/personal-data.js';
import type { Time } from '../../../src/waiting/time.js';
import type { Disk } from '../disk.js';
import type { KeptKey, OpenedText } from '../laws/law.js';
import type { RowPlace } from '../rows/row-place.js';

export interface SealedPeople extends Erasing {
  readonly contacts: Contacts;
}

export interface PeopleOptions extends Omit<PersonalDataOptions, 'keys' | 'spare' | 'time'> {
  readonly time: Time;
  /** Of the rows. */
  readonly database: Database;
  readonly isShared: boolean;
  readonly disk: Disk;
  /** As the service is to have it. */
  readonly planted: (people: PersonalData) => PersonalData;
}

const silent = { warn: () => undefined };

/** @throws ReadModelsUnavailableError */
export async function openPeople(
  { database, isShared, disk, planted, ...options }: PeopleOptions,
  commands: Pick<ShopCommands, 'erasure'>,
  parts: StartedParts,
): Promise<SealedPeople> {
  const people = planted(
    isShared
      ? await withSharedKeys(database, await PersonKeys.on(disk.database()), options)
      : new PersonalData({ ...options, keys: await PersonKeys.on(database) }),
  );
  const erasing = erasingOf(people, () => Promise.resolve());
  const ports = { time: options.time, log: silent };
  if (isShared) {
    await startHandingOver(people, commands.erasure(erasing.people), ports, parts);
  }
  return { ...erasing, contacts: new Contacts(people) };
}

/** What lies where an instance keeps keys, looked at from outside. */
export interface KeyPlaces {
  readonly instance: string;
  readonly place: RowPlace;
  readonly disk: Disk;
}

/** The keys that can be used, wherever they are. It writes nothing: a transaction may be open. */
export async function keptKeys({ instance, place, disk }: KeyPlaces): Promise<readonly KeptKey[]> {
  const sql = 'SELECT key_id FROM person_key WHERE wrapped IS NOT NULL ORDER BY key_id';
  const at = async (where: string, table: Database) =>
    (await table.query<{ readonly key_id: string }>(sql)).map((row) => ({
      ...{ where, keyId: row.key_id },
    }));
  const shared = await at(place.name, SqliteDatabase.on(place.file));
  if (!place.isShared) return shared;
  return [...shared, ...(await at(`the disk of ${instance}`, disk.database()))];
}

/** What the instance reads where events have encrypted texts, once all is over. */
export async function openedTexts(
  places: KeyPlaces,
  secret: Buffer,
  events: readonly StoredEvent[],
): Promise<readonly OpenedText[]> {
  const { shared, own } = await tablesOf(places);
  const unused = { time: neverAsked, randomBytes: neverAsked.newId };
  const spare = own === undefined ? {} : { spare: own };
  const people = new PersonalData({ keys: shared, ...spare, secret, ...unused });
  const texts = events.flatMap((event) => sealedIn(event.data).map((text) => ({ event, text })));
  const opened: OpenedText[] = [];
  for (const { event, text } of texts) {
    const { stream, revision } = event;
    const at = { instance: places.instance, stream, revision, keyId: text.keyId };
    opened.push({ ...at, ...(await readingOf(people, text)) });
  }
  return opened;
}

async function readingOf(
  people: PersonalData,
  sealed: SealedText,
): Promise<Pick<OpenedText, 'text' | 'problem'>> {
  try {
    return { text: (await people.open(sealed)) ?? null };
  } catch (error) {
    if (!(error instanceof PersonKeyError)) throw error;
    return { text: null, problem: error.message };
  }
}

async function tablesOf({ place, disk }: Pick<KeyPlaces, 'place' | 'disk'>) {
  const shared = await PersonKeys.on(SqliteDatabase.on(place.file));
  const own = place.isShared ? await PersonKeys.on(disk.database()) : undefined;
  return { shared, own };
}

/** Wherever an event has them. */
function sealedIn(value: unknown): readonly SealedText[] {
  if (typeof value !== 'object' || value === null) return [];
  const { keyId, sealed } = value as Partial<SealedText>;
  if (typeof keyId === 'string' && typeof sealed === 'string') return [{ keyId, sealed }];
  return Object.values(value).flatMap(sealedIn);
}

const neverAsked = {
  now: (): never => unexpected(),
  newId: (): never => unexpected(),
};

function unexpected(): never {
  throw new Error('Reading a text makes no key');
}
