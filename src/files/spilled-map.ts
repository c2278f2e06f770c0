// A map whose size the disk bounds, not memory: what was not used lately is in a temporary
// database, which the system removes with the process. Nothing else can read it.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';

/** Enough that a small log never touches the disk, and that no log takes much memory. */
const IN_MEMORY = 20_000;

interface Spilled {
  readonly file: DatabaseSync;
  readonly read: StatementSync;
  readonly write: StatementSync;
  readonly remove: StatementSync;
}

/** Values are copied by structured clone, and come back as plain objects. */
export class SpilledMap<Value> {
  /** The latest last; all of them have changed since they were written, or never were. */
  private recent = new Map<string, Value>();
  private spilled: Spilled | undefined;

  constructor(private readonly inMemory = IN_MEMORY) {}

  /** Number of values in memory. */
  get held(): number {
    return this.recent.size;
  }

  get(key: string): Value | undefined {
    return this.recent.get(key) ?? this.readBack(key);
  }

  set(key: string, value: Value): void {
    this.recent.delete(key);
    this.recent.set(key, value);
    if (this.recent.size > this.inMemory) this.spill(this.inMemory / 2);
  }

  delete(key: string): void {
    this.recent.delete(key);
    this.spilled?.remove.run(key);
  }

  count(): number {
    if (this.spilled === undefined) return this.recent.size;
    this.spill(0);
    return Number(this.spilled.file.prepare('SELECT count(*) AS n FROM spilled').get()?.['n']);
  }

  /** Sorted by their UTF-16 code units, as a sort of an array of them. Change nothing meanwhile. */
  *sorted(): Generator<readonly [key: string, value: Value]> {
    if (this.spilled === undefined) {
      for (const key of [...this.recent.keys()].sort()) yield [key, this.recent.get(key) as Value];
      return;
    }
    this.spill(0);
    const rows = this.spilled.file.prepare('SELECT key, value FROM spilled ORDER BY key').iterate();
    for (const { key, value } of rows) yield [String(key), valueOf(value) as Value];
  }

  close(): void {
    this.recent.clear();
    this.spilled?.file.close();
    this.spilled = undefined;
  }

  private readBack(key: string): Value | undefined {
    const row = this.spilled?.read.get(key);
    return row === undefined ? undefined : (valueOf(row['value']) as Value);
  }

  /** Writes all but the latest. */
  private spill(kept: number): void {
    const { file, write } = (this.spilled ??= newFile());
    let left = this.recent.size - kept;
    file.exec('BEGIN');
    for (const [key, value] of this.recent) {
      if (left <= 0) break;
      left -= 1;
      write.run(key, serialize(value));
      this.recent.delete(key);
    }
    file.exec('COMMIT');
  }
}

function newFile(): Spilled {
  const file = new DatabaseSync('');
  // Texts are compared as their bytes: in this encoding, as JavaScript compares them.
  file.exec(`PRAGMA encoding = 'UTF-16be'; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE spilled (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT`);
  return {
    file,
    read: file.prepare('SELECT value FROM spilled WHERE key = ?'),
    write: file.prepare('INSERT OR REPLACE INTO spilled (key, value) VALUES (?, ?)'),
    remove: file.prepare('DELETE FROM spilled WHERE key = ?'),
  };
}

function valueOf(stored: unknown): unknown {
  if (!(stored instanceof Uint8Array)) throw new TypeError('A spilled value is bytes');
  return deserialize(stored);
}
