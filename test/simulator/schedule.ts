// The order of a run. Whatever may happen is a step: a timer that is due, a message that arrives, a
// client's intent, a fault. Virtual time moves to the next step that is due, and the seed chooses
// among those that are due at once. Between two steps everything that the last one set in motion
// comes to rest.
import { hashOf, type Randomness } from './randomness.js';

/**
 * What runs steps and may be killed or frozen: an instance, a node, a client, or the world, which
 * is neither.
 */
export class Life {
  isAlive = true;
  /** None of its steps runs before this, in virtual milliseconds. */
  frozenUntil = 0;
  /** What its clock shows beyond virtual time, in milliseconds. */
  clockOffsetMs = 0;

  constructor(readonly name: string) {}
}

export interface Step {
  readonly life: Life;
  /** What happens, for the trace: the same words each time it happens. */
  readonly label: string;
  readonly run: () => void;
}

interface Waiting extends Step {
  at: number;
  readonly number: number;
  isCancelled: boolean;
}

/** Told of each step before it runs. */
export type StepListener = (step: Step, nowMs: number) => void;

/** When a run begins: 2026-11-02T08:00:00Z, in milliseconds since 1970. */
const BEGINS_AT = Date.UTC(2026, 10, 2, 8);

export class Schedule {
  /** Virtual milliseconds since the run began. It never steps back. */
  nowMs = 1;
  steps = 0;
  private traced = 0x811c9dc5;
  private count = 0;
  private readonly later: Waiting[] = [];
  private readonly due: Waiting[] = [];

  /** @param settle resolves when nothing more comes of what has run */
  constructor(
    private readonly randomness: Randomness,
    private readonly settle: () => Promise<void>,
    private readonly listener: StepListener = () => undefined,
  ) {}

  /** Milliseconds since 1970, as the clock of a life shows it. */
  clockOf({ clockOffsetMs }: Life): number {
    return Math.floor(BEGINS_AT + this.nowMs + clockOffsetMs);
  }

  /** Of all steps that ran and all that was noted: equal runs have equal traces. */
  get traceHash(): string {
    return (this.traced >>> 0).toString(16).padStart(8, '0');
  }

  /** Something that happened within a step, for the trace. */
  note(text: string): void {
    this.traced = hashOf(text, this.traced);
  }

  /** Runs once, so many milliseconds from now, unless its life ends first. The answer cancels it. */
  after(ms: number, life: Life, label: string, run: () => void): () => void {
    const number = this.count;
    this.count += 1;
    // Whole milliseconds: what falls together may come in any order.
    const at = Math.round(this.nowMs + Math.max(0, ms));
    const waiting: Waiting = { life, label, run, at, number, isCancelled: false };
    this.put(waiting);
    return () => (waiting.isCancelled = true);
  }

  /** Runs the next step; false where there is none, or none before `untilMs`. */
  async next(untilMs = Infinity): Promise<boolean> {
    let step = this.take(untilMs);
    if (step === undefined) {
      // What was begun outside of a step may be on its way to one.
      await this.settle();
      step = this.take(untilMs);
      if (step === undefined) return false;
    }
    this.steps += 1;
    this.note(`${step.life.name} ${step.label} ${this.nowMs}`);
    this.listener(step, this.nowMs);
    step.run();
    await this.settle();
    return true;
  }

  private take(untilMs: number): Waiting | undefined {
    for (;;) {
      while (this.later[0] !== undefined && this.later[0].at <= this.nowMs) {
        this.due.push(popped(this.later));
      }
      if (this.due.length === 0) {
        const next = this.later[0];
        if (next === undefined || next.at > untilMs) return undefined;
        this.nowMs = next.at;
        continue;
      }
      const step = this.chosen();
      if (step.isCancelled || !step.life.isAlive) continue;
      if (step.life.frozenUntil <= this.nowMs) return step;
      step.at = step.life.frozenUntil;
      this.put(step);
    }
  }

  private chosen(): Waiting {
    const index = this.due.length === 1 ? 0 : this.randomness.below(this.due.length);
    const step = this.due[index];
    const last = this.due.pop();
    if (step === undefined || last === undefined) throw new RangeError('No step is due');
    if (step !== last) this.due[index] = last;
    return step;
  }

  private put(waiting: Waiting): void {
    if (waiting.at <= this.nowMs) this.due.push(waiting);
    else pushed(this.later, waiting);
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

/** The array is a binary heap whose least element comes first. */
function pushed(heap: Waiting[], added: Waiting): void {
  let index = heap.length;
  heap.push(added);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(added, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = added;
}

function popped(heap: Waiting[]): Waiting {
  const first = heap[0];
  const moved = heap.pop();
  if (first === undefined || moved === undefined) throw new RangeError('The heap is empty');
  if (heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    const least = right !== undefined && isBefore(right, left) ? right : left;
    if (least === right) child += 1;
    if (!isBefore(least, moved)) break;
    heap[index] = least;
    index = child;
  }
  heap[index] = moved;
  return first;
}
