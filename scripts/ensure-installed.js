// Runs before `npm start` and `npm test`, on whatever Node the machine has: installs the locked
// packages when they are absent or older than the lock, and otherwise costs one `stat`.
import { execSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const modifiedAt = (path) => statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedAt('package-lock.json') > modifiedAt('node_modules/.package-lock.json')) {
  console.error('Installing packages (once) …');
  execSync('npm ci --no-fund --no-audit --loglevel=error', {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
}

// The scripts begin with `exec`, so that a signal to npm reaches the program and not a shell between
// the two. The shell of Windows does not know it.
if (process.platform === 'win32') {
  writeFileSync(new URL('node_modules/.bin/exec.cmd', root), '@%*\r\n');
}
