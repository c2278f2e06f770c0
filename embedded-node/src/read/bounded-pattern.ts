// Tests texts by a client's regular expression, with an end: one that backtracks, such as `(a+)+$`,
// takes longer than anyone waits, and would stop the node. The real server loses one of its many
// threads to it.
import { createContext, Script } from 'node:vm';
import { BoundedMap } from '../log/bounded-map.js';
import { filterTooSlow } from '../wire/statuses.js';
import { patternOf } from './pattern.js';

/** CPU time for the texts of one page. */
const CPU_MS = 100;
/**
 * Compiling is not interrupted. Of longer expressions, and of more classes of Unicode, it takes
 * seconds, or all memory.
 */
const MOST_CHARACTERS = 4_096;
const MOST_CLASSES = 32;
/** To begin with a bound takes longer than most tests do, and names of streams and types recur. */
const REMEMBERED = 1_000;
const REMEMBERED_CHARACTERS = 200;

/** What the script runs: Node interrupts no other code of its own thread. */
const box: { work?: () => void } = {};
const context = createContext(box);
const script = new Script('work()');

export class BoundedPattern {
  /** Undefined for one that takes too long. */
  private pattern: RegExp | undefined;
  private readonly known = new BoundedMap<string, boolean>(REMEMBERED);

  /** @throws SyntaxError for an invalid regular expression */
  constructor(expression: string) {
    if (!isLarge(expression)) this.pattern = patternOf(expression);
  }

  /** @throws StatusError for an expression that takes too long, and ever after */
  test(text: string): boolean {
    return this.known.get(text) ?? this.results([text])[0] ?? false;
  }

  /**
   * Tests many at once and remembers the results, which is cheaper than one by one.
   *
   * @throws StatusError
   */
  testAhead(texts: readonly string[]): void {
    const unknown = texts.filter((text) => this.known.get(text) === undefined);
    if (unknown.length > 0) this.results(unknown);
  }

  private results(texts: readonly string[]): readonly boolean[] {
    const { pattern } = this;
    const results: boolean[] = [];
    const isDone =
      pattern !== undefined &&
      within(CPU_MS, () => {
        for (const text of texts.slice(results.length)) results.push(pattern.test(text));
      });
    if (!isDone) {
      this.pattern = undefined;
      throw filterTooSlow();
    }
    for (const [index, text] of texts.entries()) {
      const result = results[index] ?? false;
      if (text.length <= REMEMBERED_CHARACTERS) this.known.set(text, result);
    }
    return results;
  }
}

function isLarge(expression: string): boolean {
  const classes = expression.match(/\\[bdpsw]/gi)?.length ?? 0;
  return expression.length > MOST_CHARACTERS || classes > MOST_CLASSES;
}

/** Whether the work was done in this CPU time of the thread: a busy machine makes nothing slow. */
function within(cpuMs: number, work: () => void): boolean {
  const before = process.threadCpuUsage();
  for (;;) {
    box.work = work;
    try {
      script.runInContext(context, { timeout: cpuMs });
      return true;
    } catch (error) {
      const { user, system } = process.threadCpuUsage(before);
      const isInterrupted =
        error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      // Any other error is a stack that is full.
      if (!isInterrupted || (user + system) / 1_000 >= cpuMs / 2) return false;
    }
  }
}
