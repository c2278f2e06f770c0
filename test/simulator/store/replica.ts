// One node's copy of the log: how far it has it, and how far it shows it. What was sent to it
// arrives later; it is looked up when it is asked for, so that no step is spent on it.

/** Something that the node will know at a time, on the clock that never steps. */
interface Arrival {
  readonly position: number;
  readonly atMs: number;
}

/** A number that only grows, by messages that arrive one after another. */
class Growing {
  private readonly arrivals: Arrival[] = [];
  private value = 0;

  /** Answers when it arrives: no message overtakes another. */
  send(position: number, earliestMs: number): number {
    const atMs = Math.max(earliestMs, this.arrivals.at(-1)?.atMs ?? earliestMs);
    this.arrivals.push({ position, atMs });
    return atMs;
  }

  at(nowMs: number): number {
    while (this.arrivals[0] !== undefined && this.arrivals[0].atMs <= nowMs) {
      this.value = Math.max(this.value, this.arrivals.shift()?.position ?? 0);
    }
    return this.value;
  }

  /** When it will have grown beyond a position; undefined where nothing under way does that. */
  growsBeyond(position: number): number | undefined {
    return this.arrivals.find((arrival) => arrival.position > position)?.atMs;
  }

  /** What is under way arrives nowhere any more. */
  drop(nowMs: number): void {
    this.at(nowMs);
    this.arrivals.length = 0;
  }

  set(position: number): void {
    this.arrivals.length = 0;
    this.value = position;
  }
}

export class Replica {
  private readonly written = new Growing();
  private readonly told = new Growing();

  /** The leader's log, up to a position, is on its way to this node's disk; answers until when. */
  send(position: number, earliestMs: number): number {
    return this.written.send(position, earliestMs);
  }

  /** The word that the log is committed up to a position is on its way; answers until when. */
  tell(committed: number, earliestMs: number): number {
    return this.told.send(committed, earliestMs);
  }

  /** Up to where it has the log on disk. */
  hasAt(nowMs: number): number {
    return this.written.at(nowMs);
  }

  /** Up to where it shows the log: what it has, as far as it knows that to be committed. */
  showsAt(nowMs: number): number {
    return Math.min(this.told.at(nowMs), this.written.at(nowMs));
  }

  hasMoreThan(position: number): number | undefined {
    return this.written.growsBeyond(position);
  }

  /** Nothing that was sent to it arrives any more. */
  isolate(nowMs: number): void {
    this.written.drop(nowMs);
    this.told.drop(nowMs);
  }

  /** The new leader's log is shorter than what this node has. */
  cutTo(position: number, nowMs: number): void {
    this.written.set(Math.min(position, this.written.at(nowMs)));
  }

  /** It knows at once; of the leader itself. */
  know(committed: number): void {
    this.told.set(committed);
  }
}
