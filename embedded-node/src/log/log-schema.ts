// Checks that a file has exactly the tables, indexes and triggers of a log.
import { DatabaseSync } from 'node:sqlite';
import { SCHEMA } from './log-format.js';

/** Undefined when there is no difference. */
export function differenceOfSchema(file: DatabaseSync): string | undefined {
  const sound = new DatabaseSync(':memory:');
  sound.exec(SCHEMA);
  const wanted = partsOf(sound);
  sound.close();
  const found = partsOf(file);
  for (const [name, sql] of wanted) {
    if (found.get(name) !== sql) return `its ${name} is not as it was made`;
  }
  const other = [...found.keys()].find((name) => !wanted.has(name));
  return other === undefined ? undefined : `a log has no ${other}`;
}

function partsOf(file: DatabaseSync): ReadonlyMap<string, string> {
  const rows = file.prepare('SELECT type, name, sql FROM sqlite_schema').all();
  return new Map(
    rows.map(({ type, name, sql }) => [
      `${String(type)} ${String(name)}`,
      String(sql).replace(/\s+/g, ' '),
    ]),
  );
}
