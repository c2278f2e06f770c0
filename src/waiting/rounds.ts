// Work that is looked for again and again, such as holds that have expired.
import { delay, type Time } from './time.js';

export interface RoundsOptions {
  /** One round. It ends early when the signal is aborted. */
  readonly round: (signal: AbortSignal) => Promise<void>;
  /** The pause before each round, in milliseconds. */
  readonly pauseMs: () => number;
  readonly time: Pick<Time, 'background'>;
  /** Called with the fault of a round, once until one succeeds. The next is tried all the same. */
  readonly onFault: (fault: unknown) => void;
}

export interface Rounds {
  /** Resolves when the round under way has ended; there is no other. */
  stop(): Promise<void>;
}

/** Runs rounds until they are stopped, the first after a pause. */
export function startRounds({ round, pauseMs, time, onFault }: RoundsOptions): Rounds {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isOver = () => signal.aborted;
  let isTold = false;
  const next = async () => {
    await delay({ after: time.background }, pauseMs(), signal);
    if (isOver()) return;
    try {
      await round(signal);
      isTold = false;
    } catch (fault) {
      if (!isTold) onFault(fault);
      isTold = true;
    }
  };
  const running = (async () => {
    while (!isOver()) await next();
  })();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
