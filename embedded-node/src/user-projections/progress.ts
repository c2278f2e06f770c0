// The figures of a projection, by the real server's names.

export interface RunProgress {
  readonly position: string;
  readonly lastCheckpoint: string;
  /** In percent; −1 before the first event. */
  readonly progress: number;
  readonly eventsProcessed: number;
  readonly partitionsCached: number;
  readonly buffered: number;
  readonly processingMs: number;
}

export const NO_PROGRESS: RunProgress = {
  position: '',
  lastCheckpoint: '',
  progress: -1,
  eventsProcessed: 0,
  partitionsCached: 0,
  buffered: 0,
  processingMs: 0,
};
