// The sums, and the place of each partition, in one file: a batch commits both in one transaction.
// So after a crash, the next run has counted exactly what is before its places.
import { DatabaseSync } from 'node:sqlite';

const TABLES = `
  CREATE TABLE IF NOT EXISTS sold (sku TEXT PRIMARY KEY, units INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS places (
    topic TEXT NOT NULL, partition INTEGER NOT NULL,
    next_offset TEXT NOT NULL, position TEXT NOT NULL,
    PRIMARY KEY (topic, partition)) STRICT;
  CREATE TABLE IF NOT EXISTS streams (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number NOT NULL);`;

export class SoldUnits {
  #file;
  #topic;
  #log;

  constructor(path, topic, log) {
    this.#topic = topic;
    this.#file = new DatabaseSync(path);
    this.#file.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
    this.#log = log ?? this.#number('log');
  }

  /** The offset at which a partition goes on. */
  nextOffset(partition) {
    return BigInt(this.#placeOf(partition)?.next_offset ?? 0);
  }

  get sums() {
    const { units } = this.#one('SELECT coalesce(sum(units), 0) AS units FROM sold');
    const [events, repeated, strangers] = ['events', 'repeated', 'strangers'].map(
      (name) => this.#number(name) ?? 0,
    );
    return { events, repeated, strangers, units };
  }

  /** Counts what is new in a batch, and moves its partition's place behind it. */
  take({ partition, records, next }) {
    this.#file.exec('BEGIN IMMEDIATE');
    try {
      let position = BigInt(this.#placeOf(partition)?.position ?? -1);
      for (const record of records) position = this.#takeRecord(record, position);
      this.#run(
        `INSERT INTO places VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET next_offset = excluded.next_offset, position = excluded.position`,
        ...[this.#topic, partition, String(next), String(position)],
      );
      this.#file.exec('COMMIT');
    } catch (error) {
      this.#file.exec('ROLLBACK');
      throw error;
    }
  }

  close() {
    this.#file.close();
  }

  /** @returns the last position of the partition that was handled */
  #takeRecord({ key, value, headers }, last) {
    const log = headers.get('cartograph-log');
    // Anyone with the right to write can write to a topic.
    if (log === undefined || (this.#log !== undefined && log !== this.#log)) {
      this.#count('strangers');
      return last;
    }
    if (this.#log === undefined) this.#keep('log', (this.#log = log));
    const position = BigInt(headers.get('position'));
    if (position <= last) {
      this.#count('repeated');
      return last;
    }
    this.#demandNext(key, Number(headers.get('revision')));
    // Types that this program does not know are events too: they only change nothing here.
    if (headers.get('type') === 'OrderPlaced') this.#add(JSON.parse(value.toString()));
    this.#count('events');
    return position;
  }

  /** The revisions of a stream follow each other without a gap. */
  #demandNext(stream, revision) {
    const known = this.#one('SELECT revision FROM streams WHERE stream = ?', stream)?.revision;
    if (known !== undefined && revision !== known + 1) {
      throw new Error(`${stream} goes on from revision ${known} to ${revision}`);
    }
    this.#run(
      `INSERT INTO streams VALUES (?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision`,
      ...[stream, revision],
    );
  }

  #add({ lines }) {
    for (const { sku, quantity } of lines) {
      this.#run(
        'INSERT INTO sold VALUES (?, ?) ON CONFLICT DO UPDATE SET units = units + excluded.units',
        ...[sku, quantity],
      );
    }
  }

  #placeOf(partition) {
    return this.#one(
      'SELECT next_offset, position FROM places WHERE topic = ? AND partition = ?',
      ...[this.#topic, partition],
    );
  }

  #count(name) {
    this.#keep(name, (this.#number(name) ?? 0) + 1);
  }

  #number(name) {
    return this.#one('SELECT number FROM counts WHERE name = ?', name)?.number;
  }

  #keep(name, number) {
    this.#run(
      'INSERT INTO counts VALUES (?, ?) ON CONFLICT DO UPDATE SET number = excluded.number',
      ...[name, number],
    );
  }

  #one(sql, ...params) {
    return this.#file.prepare(sql).get(...params);
  }

  #run(sql, ...params) {
    this.#file.prepare(sql).run(...params);
  }
}
