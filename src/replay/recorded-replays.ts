// Replays that are on record: who started them and why, their progress, outcome and report. The
// command line and the service replay through this class.
import { reasonOf } from '../errors/reason-of.js';
import type {
  EndedReplay,
  ReplayKind,
  ReplayRecord,
  ReplayRecords,
} from '../read-models/replay-records.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { Generation } from '../read-models/table.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { Differences, PromotionOutcome, RebuildOutcome, RollBackOutcome } from './outcomes.js';
import {
  driftContent,
  generationsOf,
  newContent,
  progressOf,
  refusalContent,
  type ReplayContent,
} from './replay-content.js';
import type { PromotionChoice, RebuildChoice, ReplaySession } from './replay-session.js';
import { storedReportOf } from './report/stored-report.js';

export interface RecordedReplayOptions {
  readonly session: Pick<ReplaySession, 'rebuild' | 'promote' | 'rollBack'>;
  readonly records: Pick<ReplayRecords, 'add' | 'change' | 'reports'>;
  /** Of the one record that this is for; a new one for each unless given. */
  readonly id?: string | undefined;
  /** Who starts replays, such as `admin ann`. */
  readonly by: string;
  readonly reason?: string | undefined;
  /** Called when a replay is on record. It has no other one beside it. */
  readonly onBegun?: (id: string) => void;
  /** Called before the end is on record; the replay does nothing more but let go. */
  readonly onEnding?: () => void;
  /** Called after each change of the record. */
  readonly onChange?: () => void;
  readonly time?: Pick<Time, 'now' | 'monotonicMs' | 'newId'>;
}

/** Minimum pause between two records of the progress. */
const RECORD_MS = 250;

type Choice = RebuildChoice | PromotionChoice;

export class RecordedReplays {
  constructor(private readonly options: RecordedReplayOptions) {}

  /** As `ReplaySession.rebuild`. */
  rebuild(choice: RebuildChoice): Promise<RebuildOutcome> {
    const { session } = this.options;
    const running = new RunningReplay('REBUILD', choice.names, this.options);
    return session.rebuild(running.recorded(choice));
  }

  /** As `ReplaySession.promote`. */
  promote(choice: PromotionChoice): Promise<PromotionOutcome> {
    const { session } = this.options;
    const running = new RunningReplay('PROMOTION', choice.names, this.options);
    return session.promote(running.recorded(choice));
  }

  /** As `ReplaySession.rollBack`. A refused rollback is not recorded. */
  async rollBack(
    choice: Parameters<ReplaySession['rollBack']>[0],
  ): Promise<RollBackOutcome & { readonly id?: string }> {
    const { session, by, reason = null, time = systemTime } = this.options;
    const startedAt = time.now();
    const id = this.options.id ?? time.newId();
    const recordOf = (live: readonly Generation[]): ReplayRecord => ({
      ...{ id, kind: 'ROLLBACK', state: 'DONE', startedAt, endedAt: time.now() },
      ...{ startedBy: by, reason },
      content: JSON.stringify({ ...newContent(choice.names), live: generationsOf(live) }),
    });
    const outcome = await session.rollBack({ ...choice, recordOf });
    if (outcome.kind === 'refused') return outcome;
    this.options.onChange?.();
    return { ...outcome, id };
  }
}

class RunningReplay {
  private readonly time: Pick<Time, 'now' | 'monotonicMs' | 'newId'>;
  private readonly id: string;
  private content: ReplayContent;
  private recordedAt = -RECORD_MS;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly kind: ReplayKind,
    names: readonly string[],
    private readonly options: RecordedReplayOptions,
  ) {
    this.time = options.time ?? systemTime;
    this.id = options.id ?? this.time.newId();
    this.content = newContent(names);
  }

  /** The same choice, with the record kept while the replay runs. */
  recorded<Chosen extends Choice>(choice: Chosen): Chosen {
    return {
      ...choice,
      whileHeld: (holder: ReplayHolder, work: () => Promise<PromotionOutcome | RebuildOutcome>) =>
        this.whileHeld(holder, work, choice.signal),
      onProgress: (progress: Parameters<NonNullable<Choice['onProgress']>>[0]) => {
        this.noteSoon({ progress: progressOf(progress), waitsFor: null });
        choice.onProgress?.(progress);
      },
      onWait: (error: unknown) => {
        this.noteSoon({ waitsFor: reasonOf(error) });
        choice.onWait?.(error);
      },
      onCompared: async (differences: Differences) => {
        await this.noteCompared(differences);
        await choice.onCompared?.(differences);
      },
    };
  }

  private async whileHeld<Outcome extends PromotionOutcome | RebuildOutcome>(
    holder: ReplayHolder,
    work: () => Promise<Outcome>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    await this.begin(holder);
    try {
      const outcome = await work();
      await this.end(outcome.kind === 'refused' ? 'REFUSED' : 'DONE', outcomeContent(outcome));
      return outcome;
    } catch (error) {
      const isStopped = signal?.aborted === true;
      const fault = isStopped ? null : reasonOf(error);
      // The replay's own error counts, also where it cannot be recorded.
      await this.end(isStopped ? 'STOPPED' : 'FAILED', { fault }).catch(() => undefined);
      throw error;
    }
  }

  private async begin(holder: ReplayHolder): Promise<void> {
    const { by, reason = null, records } = this.options;
    await records.add(
      {
        ...{ id: this.id, kind: this.kind, state: 'RUNNING', startedAt: this.time.now() },
        ...{ endedAt: null, startedBy: by, reason, content: JSON.stringify(this.content) },
      },
      holder,
    );
    this.options.onBegun?.(this.id);
    this.options.onChange?.();
  }

  private noteSoon(news: Partial<ReplayContent>): void {
    this.content = { ...this.content, ...news };
    const now = this.time.monotonicMs();
    if (now - this.recordedAt < RECORD_MS) return;
    this.recordedAt = now;
    // A database that is away makes the rebuild wait; its next progress is recorded again.
    this.writing = this.writing.then(() => this.write()).catch(() => undefined);
  }

  private async noteCompared({ drift, incomparable, report }: Differences): Promise<void> {
    if (report !== null) {
      const { head, carts } = storedReportOf(report);
      await this.options.records.reports.save(head, carts);
    }
    const reportId = report?.id ?? null;
    const compared = { drift: driftContent(drift), incomparable: [...incomparable], reportId };
    this.content = { ...this.content, ...compared, isCompared: true };
    await this.write();
  }

  private async end(state: EndedReplay, news: Partial<ReplayContent>): Promise<void> {
    this.content = { ...this.content, ...news, waitsFor: null };
    await this.writing;
    this.options.onEnding?.();
    await this.write(state);
  }

  private async write(state: EndedReplay | 'RUNNING' = 'RUNNING'): Promise<void> {
    const endedAt = state === 'RUNNING' ? null : this.time.now();
    const content = JSON.stringify(this.content);
    await this.options.records.change({ id: this.id, state, endedAt, content });
    this.options.onChange?.();
  }
}

function outcomeContent(outcome: PromotionOutcome | RebuildOutcome): Partial<ReplayContent> {
  const refusal = outcome.kind === 'refused' ? refusalContent(outcome) : null;
  const live = outcome.kind === 'promoted' ? generationsOf(outcome.promoted) : [];
  if (!('work' in outcome)) return { refusal };
  const { rebuilt, dropped } = outcome.work;
  return {
    refusal,
    live,
    rebuilt: generationsOf(rebuilt),
    dropped: generationsOf(dropped),
  };
}
