// A process that runs the cases it is sent, one after another: the client keeps its pending
// appends in one map for the whole process, so that two cases at once would mix.
import { runCase } from './run-case.js';
import type { Case } from './transcript.js';

export interface Order {
  topic: string;
  given: Case;
  connection: string;
}

process.on('unhandledRejection', (reason) => {
  // Some appends of the client reject where nobody can listen; the case's own steps judge.
  process.stderr.write(`Unhandled in the client: ${String(reason)}\n`);
});

process.on('message', (order: Order) => {
  void runCase(order.topic, order.given, order.connection).then((outcome) =>
    process.send?.(outcome),
  );
});
process.on('disconnect', () => process.exit());
