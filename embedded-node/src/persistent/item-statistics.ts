// Counts delivered events and, for a group with extra statistics, the consumers' response times:
// the numbers of `GetInfo`.

export interface Counts {
  total: number;
  sinceMeasured: number;
  perSecond: number;
}

/** Counts items; each measurement covers the time since the previous one. */
export class ItemCounter {
  #measuredAtMs = Date.now();
  #total = 0;
  #sinceMeasured = 0;

  count(): void {
    this.#total++;
    this.#sinceMeasured++;
  }

  measure(): Counts {
    const nowMs = Date.now();
    const elapsedMs = nowMs - this.#measuredAtMs;
    const counts = {
      total: this.#total,
      sinceMeasured: this.#sinceMeasured,
      perSecond: elapsedMs === 0 ? 0 : Math.floor((this.#sinceMeasured * 1_000) / elapsedMs),
    };
    this.#sinceMeasured = 0;
    this.#measuredAtMs = nowMs;
    return counts;
  }
}

/** Number of recent responses in the statistics. */
const sampleSize = 1_000;

/** Percentiles of response times, with EventStoreDB's names. */
const shares = [
  ['Quintile 1', 0],
  ['Quintile 2', 0.2],
  ['Quintile 3', 0.4],
  ['Quintile 4', 0.6],
  ['Quintile 5', 0.8],
  ['90%', 0.9],
  ['95%', 0.95],
  ['99%', 0.99],
  ['99.5%', 0.995],
  ['99.9%', 0.999],
] as const;

/** Time between the delivery of an event and the consumer's response, in milliseconds. */
export class AnswerTimes {
  readonly #startedAtMs = new Map<string, number>();
  readonly #answersMs: number[] = [];

  start(id: string): void {
    this.#startedAtMs.set(id, Date.now());
  }

  end(id: string): void {
    const startedAtMs = this.#startedAtMs.get(id);
    if (startedAtMs === undefined) return;
    this.#startedAtMs.delete(id);
    this.#answersMs.push(Date.now() - startedAtMs);
    if (this.#answersMs.length > sampleSize) this.#answersMs.shift();
  }

  /** Names and milliseconds; empty before the first response. */
  measure(): [name: string, ms: number][] {
    const sorted = this.#answersMs.toSorted((a, b) => a - b);
    if (sorted.length === 0) return [];
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
    return [
      ['Mean', Math.floor(mean)],
      ['Median', at(0.5)],
      ['Fastest', at(0)],
      ...shares.map(([name, share]): [string, number] => [name, at(share)]),
      ['Highest', at(1)],
    ];
  }
}
