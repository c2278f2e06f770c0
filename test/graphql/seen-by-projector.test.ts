// A replay is shown as ended only when what it built is shown as built.
import { expect, test } from '@jest/globals';
import { seenToEnd } from '../../src/graphql/seen-by-projector.js';
import type { OtherGeneration, ProjectionStatus } from '../../src/projections/projection-status.js';
import type { ShownReplay } from '../../src/read-models/replay-records.js';
import { newContent } from '../../src/replay/replay-content.js';
import { HandTime } from '../support/hand-time.js';

class TestProgress {
  readonly listeners = new Set<(changed: readonly string[]) => void>();
  constructor(private shown: OtherGeneration['status']) {}

  status(): readonly ProjectionStatus[] {
    const others = [{ generation: 2, status: this.shown }];
    return [{ name: 'cart', generation: 1, others } as unknown as ProjectionStatus];
  }

  onProgress(listener: (changed: readonly string[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  reached(): Promise<boolean> {
    return Promise.resolve(true);
  }

  show(status: OtherGeneration['status']): void {
    this.shown = status;
    this.listeners.forEach((listener) => listener([]));
  }
}

function record(state: ShownReplay['state'], generation = 2): ShownReplay {
  const content = { ...newContent(['cart']), rebuilt: [{ name: 'cart', generation }] };
  return { state, content: JSON.stringify(content) } as ShownReplay;
}

function asked(shown: OtherGeneration['status'], one: ShownReplay) {
  const time = new HandTime();
  const progress = new TestProgress(shown);
  let isAnswered = false;
  const services = { progress, time: { now: time.now, after: time.after } as never };
  const answer = seenToEnd(services, [one]).then(() => (isAnswered = true));
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  return { time, progress, answer, isAnswered: async () => (await soon(), isAnswered) };
}

test.each(['DONE', 'REFUSED'] as const)(
  '%s waits for the projector to have seen it',
  async (state) => {
    const { progress, answer, isAnswered, time } = asked('BUILDING', record(state));
    expect(await isAnswered()).toBe(false);
    progress.show('STANDBY');
    await answer;
    expect([progress.listeners.size, time.timers]).toEqual([0, 0]);
  },
);

test('nothing else waits: another replay, one that runs, or one that was seen', async () => {
  expect(await asked('BUILDING', record('DONE', 1)).isAnswered()).toBe(true);
  expect(await asked('BUILDING', record('RUNNING')).isAnswered()).toBe(true);
  expect(await asked('STANDBY', record('DONE')).isAnswered()).toBe(true);
});

test('a projector that sees nothing holds the answer up for some seconds', async () => {
  const { time, answer, isAnswered } = asked('BUILDING', record('DONE'));
  time.passTo(4_900);
  expect(await isAnswered()).toBe(false);
  time.passTo(5_000);
  await answer;
});
