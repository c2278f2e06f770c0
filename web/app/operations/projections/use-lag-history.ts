// How far the read models were behind the log, since the page was opened.
import { useEffect, useRef, useState } from 'react';
import type { ReadModel } from '../use-read-models.ts';

export interface LagSample {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Of the read model that was furthest behind. */
  readonly lagEvents: number;
}

export const shownMs = 5 * 60_000;
const everyMs = 1_000;

export function useLagHistory(readModels: readonly ReadModel[] | undefined): readonly LagSample[] {
  const [samples, setSamples] = useState<readonly LagSample[]>([]);
  const latest = useRef<number | undefined>(undefined);
  latest.current =
    readModels === undefined
      ? undefined
      : Math.max(0, ...readModels.map(({ lagEvents }) => lagEvents));
  useEffect(() => {
    const take = () => {
      const lagEvents = latest.current;
      if (lagEvents === undefined) return;
      const at = Date.now();
      setSamples((taken) => [
        ...taken.filter((sample) => at - sample.at < shownMs),
        { at, lagEvents },
      ]);
    };
    take();
    const timer = setInterval(take, everyMs);
    return () => clearInterval(timer);
  }, []);
  return samples;
}
