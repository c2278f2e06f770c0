// What the keys do on the track: an event, ten events, or all the way.

const jump = 10;

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The revision that a key leads to; undefined for a key that means something else. */
export function steppedBy(
  { key, shiftKey, altKey, ctrlKey, metaKey }: Key,
  revision: number,
  length: number,
): number | undefined {
  // With these, the arrows belong to the browser.
  if (altKey || ctrlKey || metaKey) return undefined;
  const step = shiftKey ? jump : 1;
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: revision - step,
    ArrowDown: revision - step,
    ArrowRight: revision + step,
    ArrowUp: revision + step,
    PageDown: revision - jump,
    PageUp: revision + jump,
    Home: 0,
    End: length - 1,
  };
  const next = to[key];
  return next === undefined ? undefined : Math.min(length - 1, Math.max(0, next));
}
