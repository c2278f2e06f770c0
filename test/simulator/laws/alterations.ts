// Changes what is left of a lawful run into what a faulty shop would have left, so that the tests
// show that each law sees its fault.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Row } from '../../../src/read-models/table.js';
import type { AskedRecord, HistoryRecord, Intent, RepliedRecord, Reply } from '../history.js';
import type { RowsCommitted } from './law.js';
import type { WholeEvidence } from './model-run.js';

/** Undefined where the run has nothing of the kind. */
export type Alteration = (evidence: WholeEvidence) => WholeEvidence | undefined;

/** A question with one of its answers, at its place in the history. */
export interface Exchange<Kind extends Intent = Intent> {
  readonly asked: AskedRecord & { readonly intent: Kind };
  readonly replied: RepliedRecord;
  readonly index: number;
}

export function exchangesOf({ history }: WholeEvidence): Exchange[] {
  const questions = new Map<number, AskedRecord>();
  return history.flatMap((record, index): Exchange[] => {
    if (record.kind === 'asked') questions.set(record.ask, record);
    if (record.kind !== 'replied') return [];
    return [{ asked: questions.get(record.ask)!, replied: record, index }];
  });
}

/** Another answer to the last question of a kind. */
export function answering(
  other: (reply: Reply, exchange: Exchange) => Reply | undefined,
): Alteration {
  return (evidence) => {
    for (const exchange of exchangesOf(evidence).reverse()) {
      const reply = other(exchange.replied.reply, exchange);
      if (reply === undefined) continue;
      const history = evidence.history.with(exchange.index, { ...exchange.replied, reply });
      return { ...evidence, history };
    }
    return undefined;
  };
}

/** Another history; undefined leaves it as it is. */
export function rewriting(
  other: (
    records: readonly HistoryRecord[],
    exchanges: readonly Exchange[],
  ) => HistoryRecord[] | undefined,
): Alteration {
  return (evidence) => {
    const history = other(evidence.history, exchangesOf(evidence));
    return history && { ...evidence, history };
  };
}

/** Another event in the place of the last of a kind; null takes it away. */
export function storing(
  other: (event: StoredEvent, evidence: WholeEvidence) => StoredEvent | null | undefined,
): Alteration {
  return (evidence) => {
    const { log } = evidence;
    for (let index = log.length - 1; index >= 0; index -= 1) {
      const event = other(log[index]!, evidence);
      if (event === undefined) continue;
      const altered = event === null ? log.toSpliced(index, 1) : log.with(index, event);
      return { ...evidence, log: altered };
    }
    return undefined;
  };
}

/** One event more behind the last of a kind. */
export function storingMore(
  other: (event: StoredEvent, evidence: WholeEvidence) => StoredEvent | undefined,
): Alteration {
  return (evidence) => {
    for (const event of evidence.log.toReversed()) {
      const more = other(event, evidence);
      if (more !== undefined) return { ...evidence, log: [...evidence.log, more] };
    }
    return undefined;
  };
}

/** As the last event of its stream, at the end of the log. */
export function appended(
  event: StoredEvent,
  { log }: WholeEvidence,
  change: Partial<StoredEvent> = {},
): StoredEvent {
  const revision = log.filter(({ stream }) => stream === event.stream).length;
  const position = (log.at(-1)?.position ?? 0n) + 1n;
  return { ...event, id: `more ${event.id}`, revision, position, ...change };
}

/** Other rows in the last commit of a read model that wrote some. */
export function committing(
  name: string,
  other: (rows: ReadonlyMap<string, Row>) => ReadonlyMap<string, Row>,
  { isAll = false } = {},
): Alteration {
  return (evidence) => {
    const isMeant = (commit: RowsCommitted) =>
      commit.generation.name === name && commit.rows.size > 0 && commit.isAll === isAll;
    const index = evidence.commits.findLastIndex(isMeant);
    const commit = evidence.commits[index];
    if (commit === undefined) return undefined;
    return {
      ...evidence,
      commits: evidence.commits.with(index, { ...commit, rows: other(commit.rows) }),
    };
  };
}
