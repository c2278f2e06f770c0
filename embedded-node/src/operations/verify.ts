// Verify: checks that a stopped node's log is undamaged. It changes nothing, and reports each
// problem with its place.
import { DatabaseSync } from 'node:sqlite';
import { eventsInHoles, numberIn, scavengedIn } from '../log/log-contents.js';
import { isDamage } from '../log/log-damage.js';
import { ownLogFile } from '../log/log-file.js';
import { POSITION_STEP } from '../log/log-format.js';
import { TOMBSTONE_REVISION } from '../log/logged-event.js';
import { provedEvents } from '../log/sound-events.js';
import { readEnds } from '../log/stream-ends.js';
import { DamageFound, LogFileError } from '../errors.js';

export interface Verified {
  readonly events: number;
  readonly streams: number;
  /** One line for each problem; empty for a sound log. */
  readonly findings: readonly string[];
  /** For a damaged log: the position up to which every event is undamaged. */
  readonly soundTo?: number;
}

/** Maximum findings of each kind. */
const MAX_FINDINGS = 20;

/** The first format with checksums of events. */
const SUMMED = 3;

/**
 * @param path the log's file, or a backup
 * @throws LogInUseError, LogFileError for a file that is not a log
 */
export function verifyLog(path: string): Verified {
  let file: DatabaseSync;
  try {
    file = ownLogFile(path);
  } catch (error) {
    if (!(error instanceof LogFileError) || error.damage === undefined) throw error;
    // The findings in the file may explain the error, with more detail about the place.
    const looked = lookInto(() => new DatabaseSync(path, { readOnly: true }));
    return { ...looked, findings: [`file: ${error.damage}`, ...looked.findings] };
  }
  const { soundTo, ...verified } = lookInto(() => file);
  const isWhole = verified.findings.length === 0 || soundTo === undefined;
  return isWhole ? verified : { ...verified, soundTo };
}

function lookInto(open: () => DatabaseSync): Verified {
  let file: DatabaseSync | undefined;
  try {
    file = open();
    return verify(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { events: 0, streams: 0, findings: [`file: ${error.message}`] };
  } finally {
    file?.close();
  }
}

function verify(file: DatabaseSync): Verified {
  const hasSums = isSummed(file);
  const damage = damagedPages(file);
  const sound = hasSums ? soundPart(file) : { position: 0, findings: [] };
  const findings = [...damage, ...sound.findings];
  // Other checks of damaged pages prove nothing.
  if (damage.length === 0) {
    const looks = [revisions, gone, metadata, links, progress, hasSums ? indexes : positions];
    findings.push(...looks.flatMap((look) => [...first(look(file), MAX_FINDINGS)]));
  }
  return {
    events: countOf(file, 'events'),
    streams: countOf(file, 'streams'),
    findings,
    ...(hasSums && { soundTo: sound.position }),
  };
}

/** Counts in the table itself, because an index may be damaged; 0 when it cannot be read. */
function countOf(file: DatabaseSync, table: 'events' | 'streams'): number {
  try {
    return numberIn(file, `SELECT count(*) AS n FROM ${table} NOT INDEXED`);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return 0;
  }
}

/** Whether the log's format has checksums of events. */
export function isSummed(file: DatabaseSync): boolean {
  return numberIn(file, 'SELECT user_version AS n FROM pragma_user_version') >= SUMMED;
}

export interface SoundPart {
  /** Position of the last event before the damage, or of the last event. */
  readonly position: number;
  readonly findings: readonly string[];
}

/** The undamaged part of the log, and the damaged events. */
export function soundPart(file: DatabaseSync): SoundPart {
  const findings: string[] = [];
  let position = 0;
  try {
    for (const found of provedEvents(file)) {
      if ('damage' in found) findings.push(found.damage);
      else if (findings.length === 0) position = found.copied.event.position;
      if (findings.length > MAX_FINDINGS) break;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.push(`file: ${error.message}`);
  }
  return { position, findings: [...first(findings, MAX_FINDINGS)] };
}

function* indexes(file: DatabaseSync): Generator<string> {
  try {
    readEnds(file, numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events'));
  } catch (error) {
    if (!(error instanceof DamageFound)) throw error;
    yield `log: ${error.message}`;
  }
}

function damagedPages(file: DatabaseSync): string[] {
  try {
    return file
      .prepare(`PRAGMA integrity_check(${MAX_FINDINGS})`)
      .all()
      .map((row) => String(row['integrity_check']))
      .filter((finding) => finding !== 'ok')
      .map((finding) => `file: ${finding}`);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [`file: ${error.message}`];
  }
}

/** For a log without checksums. */
function* positions(file: DatabaseSync): Generator<string> {
  const query = `
    SELECT e.pos, e.sid, s.id FROM events e LEFT JOIN streams s ON s.id = e.sid
    WHERE e.pos <= 0 OR e.pos % ${POSITION_STEP} <> 0 OR s.id IS NULL`;
  for (const { pos, sid, id } of file.prepare(query).iterate()) {
    const stream = `stream number ${String(sid)}`;
    if (id === null) yield `position ${String(pos)}: belongs to ${stream}, which is not there`;
    else yield `position ${String(pos)}: no event can begin there`;
  }
}

/** Revisions must have no gap after a scavenge's cut, and rising positions. */
function* revisions(file: DatabaseSync): Generator<string> {
  const query = `
    SELECT s.name, s.id, e.pos, CAST(e.rev AS TEXT) AS rev
    FROM events e JOIN streams s ON s.id = e.sid ORDER BY e.sid, e.rev`;
  const begins = scavengedIn(file);
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

/**
 * Every position up to the end must have an event or belong to a scavenge: the numbers must add up.
 */
function* gone(file: DatabaseSync): Generator<string> {
  const end = numberIn(file, 'SELECT coalesce(max(pos), 0) AS n FROM events');
  const missing = end / POSITION_STEP - numberIn(file, 'SELECT count(*) AS n FROM events');
  const hasHoles = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'holes'").get();
  const scavenged = hasHoles === undefined ? takenFrom(file) : eventsInHoles(file);
  if (missing !== scavenged) {
    yield `log: ${missing} events are not there, and a scavenge took ${scavenged}`;
  }
}

/** Number of scavenged events, as an older format records it. */
function takenFrom(file: DatabaseSync): number {
  return [...scavengedIn(file).values()].reduce((sum, before) => sum + before, 0);
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

/** In streams that only the node writes, every link must name an event. */
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

/** Whether a client wrote the link in this form, as far as it is still known. */
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
