// Reads and catch-up, beside a server with pre-encoded events.
import type { Workload } from '../../workload.js';
import { fill } from './append-load.js';
import { catchUpOf, readAllOf, readStreamOf } from './read-load.js';
import { withServers } from './servers.js';
import { sizes } from './sizes.js';
import { figureOf, inTurns } from './turns.js';

const events = sizes.readEvents.toLocaleString('en-GB');

export const readsWorkload: Workload = {
  name: 'embedded-node-reads',
  run: () =>
    withServers(async ({ node, noop }) => {
      await fill(node, sizes.readEvents, () => 'long');
      const ofStream = await inTurns(node, noop, readStreamOf('long'));
      const ofAll = await inTurns(node, noop, readAllOf);
      return [
        figureOf(`read of one stream of ${events} events`, ofStream),
        figureOf(`read of $all, ${events} events`, ofAll),
      ];
    }),
};

export const catchUpWorkload: Workload = {
  name: 'embedded-node-catch-up',
  run: () =>
    withServers(async ({ node, noop }) => {
      await fill(node, sizes.readEvents, (append) => `some-${String(append % 64)}`);
      const turns = await inTurns(node, noop, catchUpOf);
      return [figureOf(`catch-up subscription, ${events} events`, turns)];
    }, sizes.readEvents),
};
