// A workload: its name and its figures. Each figure is compared with a ceiling measured in the same
// minute, because shared machines are noisy.

export interface Figure {
  readonly what: string;
  readonly value: string;
  /** The no-op's figure from the same minute; absent without a comparison. */
  readonly ceiling?: string;
  /** This figure as a share of the ceiling. */
  readonly ratio?: number;
}

export interface Workload {
  readonly name: string;
  run(): Promise<readonly Figure[]>;
}

export const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en-GB')} /s`;
export const milliseconds = (ms: number) => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('The median of nothing was asked for');
  return middle;
}
