// Dotted paths into observed values: `pick` narrows what a step shows, and `$saved` reads back.
import { isObject } from './transcript.js';

/** The value at a dotted path, or undefined; the empty path is the value itself. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  return path.split('.').reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)] as unknown;
    return isObject(at) ? at[key] : undefined;
  }, value);
}

/** Only the picked paths: the bare value of a single one, else an object with paths as keys. */
export function pick(value: unknown, paths: readonly string[] | undefined): unknown {
  if (!paths) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, paths));
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) return valueAt(value, only) ?? null;
  return Object.fromEntries(
    paths.map((path) => [path, valueAt(value, path)]).filter(([, found]) => found !== undefined),
  );
}
