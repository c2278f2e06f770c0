// Writers and readers who use the store through several instances while things go wrong, and what
// must hold of what they were told.
import { ConflictError, StoreUnavailableError } from '../../../src/event-store/errors.js';
import type { ExpectedRevision } from '../../../src/event-store/event-store.js';
import type { NewEvent, StoredEvent } from '../../../src/event-store/stored-event.js';
import { delay } from '../../../src/waiting/time.js';
import { type Randomness, SeededRandomness } from '../randomness.js';
import type { FaultRates } from './faults.js';
import { GivenStore, type Reaching } from './given.js';
import type { StoreFlaw } from './cluster.js';

interface Told {
  readonly stream: string;
  readonly batch: readonly NewEvent[];
  readonly expected: ExpectedRevision;
  /** A revision: it was acknowledged there. */
  readonly outcome: number | 'conflict' | 'unknown';
}

/** What a reader was given of a stream, by ids. */
interface Read {
  readonly stream: string;
  readonly ids: readonly string[];
}

const INSTANCES = 3;
const STREAMS = 3;
const TURNS = 12;

export interface CrowdOptions {
  readonly faults: FaultRates;
  readonly flaw?: StoreFlaw;
}

/** Answers what was not as it must be; nothing for a sound store. */
export async function problemsOf(seed: number, options: CrowdOptions): Promise<readonly string[]> {
  const given = new GivenStore(seed, options);
  const crowd = new Crowd(given, SeededRandomness.of(seed).fork('crowd'));
  const instances = Array.from({ length: INSTANCES }, () => given.instance());
  await given.until(Promise.all(instances.flatMap((one) => [crowd.write(one), crowd.read(one)])));
  given.store.endFaults();
  await given.pass(10_000);
  return crowd.problems(given.log);
}

class Crowd {
  private readonly told: Told[] = [];
  private readonly reads: Read[] = [];

  constructor(
    private readonly given: GivenStore,
    private readonly randomness: Randomness,
  ) {}

  /** Appends on what it reads, and repeats some of what it has appended before. */
  async write({ events, time }: Reaching): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await delay(time, this.randomness.below(400));
      const earlier = this.randomness.chance(0.3) ? this.earlier() : undefined;
      const append = earlier ?? (await this.next(events));
      if (append === undefined) continue;
      const { stream, batch, expected } = append;
      const outcome = await outcomeOf(events.append(stream, batch, expected));
      this.told.push({ ...append, outcome });
    }
  }

  async read({ events, time }: Reaching): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await delay(time, this.randomness.below(400));
      const stream = this.stream();
      const found = await read(events, stream);
      if (found !== undefined) this.reads.push({ stream, ids: found.map(({ id }) => id) });
    }
  }

  problems(log: readonly StoredEvent[]): readonly string[] {
    const streams = new Map<string, readonly string[]>();
    for (const { stream, id } of log) streams.set(stream, [...(streams.get(stream) ?? []), id]);
    const idsIn = (stream: string) => streams.get(stream) ?? [];
    return [
      ...log.filter(({ id }, at) => log.findIndex((one) => one.id === id) < at).map(doubled),
      ...this.told.flatMap((one, at) => this.toldProblem(one, at, idsIn(one.stream))),
      ...this.reads.flatMap((one) => readProblem(one, idsIn(one.stream))),
    ];
  }

  /** Something that was not answered, or that was acknowledged: both may be asked for again. */
  private earlier(): Omit<Told, 'outcome'> | undefined {
    const again = this.told.filter(({ outcome }) => outcome !== 'conflict');
    return again.length === 0 ? undefined : this.randomness.pick(again);
  }

  private async next(events: Reaching['events']): Promise<Omit<Told, 'outcome'> | undefined> {
    const stream = this.stream();
    const found = await read(events, stream);
    if (found === undefined) return undefined;
    const last = found.at(-1)?.revision;
    const batch = [this.given.event(), this.given.event()].slice(this.randomness.below(2));
    return { stream, batch, expected: last ?? 'no_stream' };
  }

  private toldProblem(told: Told, at: number, ids: readonly string[]): readonly string[] {
    // What refused it may have been lost afterwards, and another try been taken.
    const isAskedAgain = this.told.slice(at + 1).some(({ batch }) => batch === told.batch);
    return told.outcome === 'conflict' && isAskedAgain ? [] : toldProblem(told, ids);
  }

  private stream(): string {
    return `note-${this.randomness.below(STREAMS)}`;
  }
}

async function read(events: Reaching['events'], stream: string) {
  const found: StoredEvent[] = [];
  try {
    for await (const event of events.readStream(stream)) found.push(event);
    return found;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

async function outcomeOf(
  appending: Promise<{ readonly revision: number }>,
): Promise<Told['outcome']> {
  try {
    return (await appending).revision;
  } catch (error) {
    if (error instanceof ConflictError) return 'conflict';
    if (error instanceof StoreUnavailableError) return 'unknown';
    throw error;
  }
}

function doubled({ stream, revision, id }: StoredEvent): string {
  return `${stream}@${revision} repeats ${id}`;
}

function toldProblem({ stream, batch, expected, outcome }: Told, ids: readonly string[]): string[] {
  const first = expected === 'no_stream' ? 0 : expected + 1;
  const isThere = batch.every(({ id }, index) => ids[first + index] === id);
  const isPartly = batch.some(({ id }) => ids.includes(id));
  const what = `${batch.length} events for ${stream} after ${expected}`;
  if (isPartly && !isThere) return [`${what}: in part, or elsewhere`];
  if (outcome === 'conflict') return isThere ? [`${what}: refused, and in the log`] : [];
  if (outcome === 'unknown') return [];
  if (!isThere) return [`${what}: acknowledged, and not in the log`];
  const last = first + batch.length - 1;
  return outcome === last ? [] : [`${what}: acknowledged at ${outcome}`];
}

/** Whoever read it read the beginning of what there is now: never what was lost, nor a gap. */
function readProblem({ stream, ids }: Read, now: readonly string[]): string[] {
  const isBeginning = ids.every((id, index) => now[index] === id);
  return isBeginning ? [] : [`a read of ${stream} gave what the log does not begin with`];
}
