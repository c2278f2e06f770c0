// Reports damage that reads find, in the node's own log: at once, and then at most once a minute
// while clients read the damaged part.
import { BoundedMap } from './bounded-map.js';
import type { Report } from '../report.js';
import type { DamageListener } from './log-reader.js';

const SILENCE_MS = 60_000;
const REMEMBERED = 1_000;

export function damageReport(report: Report, nowMs: () => number): DamageListener {
  const told = new BoundedMap<string, number>(REMEMBERED);
  return ({ message }) => {
    const last = told.get(message);
    if (last !== undefined && nowMs() - last < SILENCE_MS) return;
    told.set(message, nowMs());
    report(`${message}. Run embedded-node verify on it`, 'damage');
  };
}
