// Counts the units sold of each product, from the topic of the orders alone, each order once:
//   npx node examples/kafka-consumer/consume.js 127.0.0.1:9094 [--topic cartograph.order]
//     [--file sold-units.sqlite] [--log ID]
// Stop it with Ctrl+C, or kill it: the next run goes on from the place that is stored with the sums.
import { parseArgs } from 'node:util';
import { Partitions } from './partitions.js';
import { SoldUnits } from './sold-units.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    topic: { type: 'string', default: 'cartograph.order' },
    file: { type: 'string', default: 'sold-units.sqlite' },
    // Whose records count, as `cartograph relay status` prints it; default: those of the log that
    // the first record names.
    log: { type: 'string' },
  },
});
const [brokers] = positionals;
if (brokers === undefined) throw new Error('Name the brokers, such as 127.0.0.1:9094');

const sold = new SoldUnits(values.file, values.topic, values.log);
const partitions = new Partitions(brokers.split(','), values.topic);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => partitions.stop());
try {
  for await (const batch of partitions.batches((partition) => sold.nextOffset(partition))) {
    sold.take(batch);
    const { events, repeated, strangers, units } = sold.sums;
    console.log(`${events} events, ${repeated} repeated, ${strangers} strangers: ${units} units`);
  }
} finally {
  await partitions.close();
  sold.close();
}
