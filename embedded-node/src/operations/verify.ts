// Verify: whether a log that no node serves is whole. It changes nothing, and says of everything that
// is wrong what it is and where.
import type { DatabaseSync } from 'node:sqlite';
import { ownLogFile } from '../log/log-file.js';
import { POSITION_STEP } from '../log/log.js';
import { TOMBSTONE_REVISION } from '../log/logged-event.js';

export interface Verified {
  readonly events: number;
  readonly streams: number;
  /** One line each; none where all is well. */
  readonly findings: readonly string[];
}

/** After so many findings of a kind there is nothing left to learn. */
const MAX_FINDINGS = 20;

/**
 * @param path of the log's file, or of a backup
 * @throws LogInUseError, LogFileError for what is not even a log, or is damaged so that it cannot be
 * opened
 */
export function verifyLog(path: string): Verified {
  const file = ownLogFile(path);
  try {
    const damage = damagedPages(file);
    // What is read from damaged pages proves nothing.
    if (damage.length > 0) return { events: 0, streams: 0, findings: damage };
    return {
      events: numberIn(file, 'SELECT count(*) AS n FROM events'),
      streams: numberIn(file, 'SELECT count(*) AS n FROM streams'),
      findings: [positions, revisions, strays, gone, metadata, links, progress].flatMap((look) => [
        ...first(look(file), MAX_FINDINGS),
      ]),
    };
  } finally {
    file.close();
  }
}

function damagedPages(file: DatabaseSync): string[] {
  return file
    .prepare(`PRAGMA integrity_check(${MAX_FINDINGS})`)
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((finding) => finding !== 'ok')
    .map((finding) => `file: ${finding}`);
}

function* positions(file: DatabaseSync): Generator<string> {
  const query = `SELECT pos FROM events WHERE pos <= 0 OR pos % ${POSITION_STEP} <> 0`;
  for (const { pos } of file.prepare(query).iterate()) {
    yield `position ${String(pos)}: no event can begin there`;
  }
}

/** Revisions without a gap from where a scavenge left off, each behind the one before. */
function* revisions(file: DatabaseSync): Generator<string> {
  const query = `
    SELECT s.name, s.id, e.pos, CAST(e.rev AS TEXT) AS rev
    FROM events e JOIN streams s ON s.id = e.sid ORDER BY e.sid, e.rev`;
  const begins = scavengedBefore(file);
  let streamId: unknown;
  let expected = 0;
  let behind = 0;
  for (const { name, id, pos, rev } of file.prepare(query).iterate()) {
    if (id !== streamId) {
      streamId = id;
      expected = begins.get(Number(id)) ?? 0;
      behind = 0;
    }
    const place = `stream ${String(name)}, revision ${String(rev)}`;
    if (rev !== TOMBSTONE_REVISION && Number(rev) !== expected) {
      yield `${place}: revision ${expected} should be here`;
    }
    if (Number(pos) <= behind) yield `${place}: lies before its predecessor in the log`;
    expected = Number(rev) + 1;
    behind = Number(pos);
  }
}

function* strays(file: DatabaseSync): Generator<string> {
  const query = 'SELECT pos, sid FROM events WHERE sid NOT IN (SELECT id FROM streams)';
  for (const { pos, sid } of file.prepare(query).iterate()) {
    yield `position ${String(pos)}: belongs to stream number ${String(sid)}, which is not there`;
  }
}

/** Every position up to the end has its event, or a scavenge took it: the two have to add up. */
function* gone(file: DatabaseSync): Generator<string> {
  const end = numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events');
  const missing = end / POSITION_STEP - numberIn(file, 'SELECT count(*) AS n FROM events');
  const scavenged = [...scavengedBefore(file).values()].reduce((sum, before) => sum + before, 0);
  if (missing !== scavenged) {
    yield `log: ${missing} events are not there, and a scavenge took ${scavenged}`;
  }
}

function* metadata(file: DatabaseSync): Generator<string> {
  const query = `
    SELECT s.name, CAST(e.rev AS TEXT) AS rev, e.data
    FROM streams s JOIN events e ON e.sid = s.id
    WHERE s.name GLOB '$$*' AND e.type = '$metadata'`;
  for (const { name, rev, data } of file.prepare(query).iterate()) {
    if (!isJson(textOf(data))) {
      yield `stream ${String(name)}, revision ${String(rev)}: its metadata is not JSON`;
    }
  }
}

/** In streams that only the node itself writes, every link has to name an event. */
function* links(file: DatabaseSync): Generator<string> {
  const query = `
    SELECT s.name, CAST(e.rev AS TEXT) AS rev, e.data, e.meta
    FROM streams s JOIN events e ON e.sid = s.id
    WHERE e.type = '$>' AND
      (s.name = '$streams' OR s.name GLOB '$ce-*' OR s.name GLOB '$et-*' OR s.name GLOB '$bc-*')`;
  const streamId = file.prepare('SELECT id FROM streams WHERE name = ?');
  for (const { name, rev, data, meta } of file.prepare(query).iterate()) {
    const target = textOf(data);
    const [, stream] = /^\d+@(.+)$/s.exec(target) ?? [];
    if (stream !== undefined && streamId.get(stream) !== undefined) continue;
    if (isCopied(file, data, textOf(meta))) continue;
    const place = `stream ${String(name)}, revision ${String(rev)}`;
    if (stream === undefined) yield `${place}: "${target}" is no link`;
    else yield `${place}: links to ${stream}, which never was`;
  }
}

/** Whether somebody else wrote the link like this, as far as that can still be told. */
function isCopied(file: DatabaseSync, data: unknown, metadata: string): boolean {
  const [, cause] = /"\$p":(\d+)/.exec(metadata) ?? [];
  if (cause === undefined) return false;
  const row = file.prepare('SELECT type, data FROM events WHERE pos = ?').get(BigInt(cause));
  return row === undefined || (row['type'] === '$>' && textOf(row['data']) === textOf(data));
}

function* progress(file: DatabaseSync): Generator<string> {
  const end = numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events');
  const projected = numberIn(file, 'SELECT max(position) AS n FROM projected');
  if (projected > end) yield `log: the system projections stand at ${projected}, beyond its end`;
}

/** By stream number. A log of format 1 has never been scavenged. */
function scavengedBefore(file: DatabaseSync): ReadonlyMap<number, number> {
  const isKnown = numberIn(
    file,
    "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'scavenged'",
  );
  if (isKnown === 0) return new Map();
  const rows = file.prepare('SELECT sid, before FROM scavenged').all();
  return new Map(rows.map(({ sid, before }) => [Number(sid), Number(before)]));
}

function* first(findings: Iterable<string>, count: number): Generator<string> {
  let given = 0;
  for (const finding of findings) {
    if (given === count) {
      yield '… and more of these';
      return;
    }
    given += 1;
    yield finding;
  }
}

function textOf(data: unknown): string {
  return data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : '';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function numberIn(file: DatabaseSync, query: string): number {
  return Number(file.prepare(query).get()?.['n']);
}
