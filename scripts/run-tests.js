// Runs Jest for `npm test`. Without arguments it runs every suite: first, one at a time, those that
// start browsers or kill processes, because two of them at once leave a machine with two cores no
// time to answer in; then the others, two at a time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const alone = ['test/(faults|instances|soak|web)/', 'embedded-node/test/kills/'];
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const run = (...words) =>
  spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...words], {
    stdio: 'inherit',
  }).status ?? 1;

const words = process.argv.slice(2);
const codes =
  words.length > 0
    ? [run(...words)]
    : [
        run('--maxWorkers=1', '--testPathPatterns', ...alone),
        run('--testPathIgnorePatterns', '/node_modules/', ...alone),
      ];
process.exitCode = Math.max(...codes);
