// Says of each damage that reads meet what it is and where, in the node's own log: at once, and
// then once a minute for as long as somebody asks for what is damaged.
import { BoundedMap } from './bounded-map.js';
import type { Report } from './log-file.js';
import type { DamageListener } from './log-reader.js';

const SILENCE_MS = 60_000;
const REMEMBERED = 1_000;

export function damageReport(report: Report, nowMs: () => number): DamageListener {
  const told = new BoundedMap<string, number>(REMEMBERED);
  return ({ message }) => {
    const last = told.get(message);
    if (last !== undefined && nowMs() - last < SILENCE_MS) return;
    told.set(message, nowMs());
    report(`${message}. Run embedded-node verify on it`);
  };
}
