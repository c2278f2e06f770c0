// A peer: carts in plain tables that are updated in place, in SQLite, on disk before the answer. It
// keeps no history, and a retried request adds its item again.
//   table-server.js FOLDER
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serveCarts } from '../noop/cart-stack.js';
import { cartOf } from '../noop/resolver.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('A folder for the tables is missing');
const file = new DatabaseSync(join(folder, 'carts.sqlite'));
file.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE cart (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
  CREATE TABLE line (
    cart_id TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (cart_id, sku)
  ) STRICT, WITHOUT ROWID`);
const open = file.prepare(`INSERT INTO cart VALUES (?, 1)
  ON CONFLICT (id) DO UPDATE SET revision = revision + 1`);
const add = file.prepare(`INSERT INTO line VALUES (?, ?, ?)
  ON CONFLICT (cart_id, sku) DO UPDATE SET quantity = quantity + excluded.quantity`);
const revisionOf = file.prepare('SELECT revision FROM cart WHERE id = ?');
const linesOf = file.prepare('SELECT sku, quantity FROM line WHERE cart_id = ?');

function cart(id: string) {
  const lines = linesOf.all(id).map(({ sku, quantity }) => ({
    sku: String(sku),
    quantity: Number(quantity),
  }));
  return cartOf(id, Number(revisionOf.get(id)?.['revision'] ?? 0), lines);
}

function addItem(id: string, sku: string, quantity: number) {
  file.exec('BEGIN IMMEDIATE');
  open.run(id);
  add.run(id, sku, quantity);
  const after = cart(id);
  file.exec('COMMIT');
  return after;
}

await serveCarts('Table', { addItem, cart }, () => file.close());
