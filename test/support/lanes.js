// The runner of Jest for several workers. Suites that start browsers or kill processes run one
// after another, because two of them at once leave a machine with two cores no time to answer in.
// The other workers have the other suites, and so has this one afterwards.
import TestRunner from 'jest-runner';

const alone = /\/(test\/(faults|instances|soak|web)|embedded-node\/test\/kills)\//;
/** A worker begins anew after so many suites, because their modules stay in its memory. */
const MOST_TAKEN = 16;
/** Towards the end the workers take fewer, so that none is left with many. */
const TAKES_LEFT = 4;

export default class Lanes extends TestRunner {
  #lanes;

  constructor(globalConfig, context) {
    super(globalConfig, context);
    const { maxWorkers } = globalConfig;
    const one = { ...globalConfig, maxWorkers: 1 };
    this.#lanes = Array.from({ length: maxWorkers }, () => new TestRunner(one, context));
  }

  on(eventName, listener) {
    const ends = this.#lanes.map((lane) => lane.on(eventName, listener));
    ends.push(super.on(eventName, listener));
    return () => ends.forEach((end) => end());
  }

  async runTests(tests, watcher, options) {
    if (options.serial || this.#lanes.length === 1) {
      await super.runTests(tests, watcher, options);
      return;
    }
    const others = tests.filter(({ path }) => !alone.test(path));
    const takes = TAKES_LEFT * this.#lanes.length;
    const take = () => others.splice(0, Math.min(MOST_TAKEN, Math.ceil(others.length / takes)));
    const run = async (lane, first) => {
      for (let next = first; next.length > 0 && !watcher.isInterrupted(); next = take()) {
        await lane.runTests(next, watcher, options);
      }
    };
    const firsts = [tests.filter(({ path }) => alone.test(path))];
    if (firsts[0].length === 0) firsts[0] = take();
    await Promise.all(this.#lanes.map((lane, n) => run(lane, firsts[n] ?? take())));
  }
}
