// The embedded node answers what a real EventStoreDB answered: every recorded case, by its name.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { EmbeddedNode } from '../../src/embedded-node.js';
import { startNode } from '../../src/server/node.js';
import { ordersOf, runTopics } from './replayer/pool.js';
import { describeFailure } from './replayer/report.js';
import type { Outcome } from './replayer/run-case.js';
import { loadTopics } from './replayer/transcript.js';

const wholeRunMs = 300_000;
const topics = loadTopics(join(import.meta.dirname, 'transcripts'));

describe.each([
  ['without TLS', { insecure: true }],
  ['with TLS and users', { insecure: false }],
])('%s', (_, options) => {
  const outcomes = new Map<string, Outcome>();
  let node: EmbeddedNode;

  beforeAll(async () => {
    node = await startNode({ ...options, runProjections: true, startStandardProjections: true });
    const connection = node.connectionString;
    for (const outcome of await runTopics(topics, { connection, projections: true })) {
      outcomes.set(`${outcome.topic}: ${outcome.name}`, outcome);
    }
  }, wholeRunMs);

  afterAll(() => node.stop());

  const connection = `esdb://any?tls=${String(!options.insecure)}`;
  const planned = ordersOf(topics, { connection, projections: true });
  test.each(planned.map(({ topic, given }) => `${topic}: ${given.name}`))('%s', (name) => {
    const outcome = outcomes.get(name);
    const failure = outcome?.failedStep === null ? '' : outcome && describeFailure(outcome);
    expect(failure).toBe('');
  });
});
