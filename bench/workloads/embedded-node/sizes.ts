// How much of everything: the sizes that the figures are quoted for, or with `--small` ones that
// only show that a workload works.

interface Sizes {
  /** How often the node and what it is compared with take turns. */
  readonly rounds: number;
  readonly roundMs: number;
  /** Before each round, and not counted. */
  readonly warmUpMs: number;
  /** In the log that is not empty. */
  readonly filledEvents: number;
  /** In one read, or one catch-up. */
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
