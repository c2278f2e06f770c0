// What the tests of one file began and have not ended. Jest runs a file alone in a process that
// must come to rest: a server that outlives a failed test would keep it for ever.
type End = () => Promise<unknown>;

const ends = new Set<End>();

/** Calls `end` after the file's last test, unless the result of this is called before. */
export function endWithFile(end: End): () => void {
  ends.add(end);
  return () => ends.delete(end);
}

/** How long the end of one thing may take; Jest gives a hook a minute. */
const LONGEST_MS = 15_000;

/**
 * Runs all ends, one after another: one that fails, or does not come back, does not spare the rest.
 * @throws AggregateError of what failed
 */
export async function endAll(all: readonly End[], longestMs = LONGEST_MS): Promise<void> {
  const failures: unknown[] = [];
  for (const end of all) {
    try {
      await within(longestMs, end);
    } catch (error) {
      failures.push(error);
    }
  }
  const [first] = failures;
  if (failures.length === 1) throw first;
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'));
}

export function endUnfinished(): Promise<void> {
  const all = [...ends].reverse();
  ends.clear();
  return endAll(all);
}

async function within(longestMs: number, end: End): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`This did not end within ${longestMs} ms: ${String(end)}`)),
      longestMs,
    );
  });
  try {
    await Promise.race([end(), late]);
  } finally {
    clearTimeout(timer);
  }
}
