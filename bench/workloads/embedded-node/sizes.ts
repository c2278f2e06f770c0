// The sizes of the workloads: those of the published figures, or with `--small` ones that only show
// that a workload works.

interface Sizes {
  /** Number of rounds in which the node and its comparison alternate. */
  readonly rounds: number;
  readonly roundMs: number;
  /** Uncounted warm-up before each round. */
  readonly warmUpMs: number;
  /** Events in the filled log. */
  readonly filledEvents: number;
  /** Events in one read or catch-up. */
  readonly readEvents: number;
  readonly streams: number;
  readonly memoryAppends: number;
  readonly liveMs: number;
}

const full: Sizes = {
  rounds: 3,
  roundMs: 3_000,
  warmUpMs: 500,
  filledEvents: 1_000_000,
  readEvents: 100_000,
  streams: 100_000,
  memoryAppends: 1_000_000,
  liveMs: 10_000,
};

const small: Sizes = {
  rounds: 1,
  roundMs: 200,
  warmUpMs: 100,
  filledEvents: 20_000,
  readEvents: 2_000,
  streams: 500,
  memoryAppends: 5_000,
  liveMs: 500,
};

export const sizes = process.argv.includes('--small') ? small : full;
