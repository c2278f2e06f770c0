// The replayer for developers: asks a running node everything that the transcripts hold and prints
// each difference. `node test/contract/replay.js --help` tells its options.
import { parseArgs } from 'node:util';
import { runTopics } from './replayer/pool.js';
import { describeFailure, score } from './replayer/report.js';
import { loadTopics } from './replayer/transcript.js';

const usage = `node test/contract/replay.js --connection esdb://… [options]
  --connection   of a node; TLS unless it says tls=false, then with credentials of admin
  --topic        only this topic (may be repeated)
  --case         only cases whose name contains this
  --no-projections  the node writes no $ce- and $streams
  --processes    at once; 4
  --quiet        only the names of failing cases and the score
`;

const { values } = parseArgs({
  options: {
    connection: { type: 'string' },
    topic: { type: 'string', multiple: true },
    case: { type: 'string' },
    projections: { type: 'boolean', default: true },
    processes: { type: 'string', default: '4' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function replay(connection: string): Promise<void> {
  const folder = new URL('transcripts', import.meta.url).pathname;
  const topics = loadTopics(folder).filter(({ topic }) => values.topic?.includes(topic) ?? true);
  const outcomes = await runTopics(topics, {
    connection,
    projections: values.projections,
    processes: Number(values.processes),
    ...(values.case !== undefined && { nameContains: values.case }),
    onOutcome: (outcome) => {
      if (outcome.failedStep === null) return;
      print(values.quiet ? `✗ ${outcome.topic}: ${outcome.name}` : describeFailure(outcome));
    },
  });
  print(score(outcomes));
  process.exitCode = outcomes.every(({ failedStep }) => failedStep === null) ? 0 : 1;
}

if (values.help || values.connection === undefined) print(usage);
else await replay(values.connection);
