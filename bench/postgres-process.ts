// A Postgres of the benchmarks, as a process: that of the tests, which does not wait for the disk.
//   node --import ./test/support/run-typescript.js bench/postgres-process.ts
import { PostgresServer, whyNoPostgres } from '../test/read-models/postgres-server.js';

if (whyNoPostgres !== undefined) throw new Error(whyNoPostgres);
const server = await PostgresServer.start();
process.stdout.write(`postgres ready at ${await server.database()}\n`);
process.once('SIGTERM', () => void server.remove().then(() => process.exit(0)));
