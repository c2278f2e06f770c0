// Runs before `npm start` and `npm test`, with the machine's own Node: installs the locked packages
// when they are missing or older than the lock; otherwise it costs one `stat`.
import { execSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url);
const modifiedAt = (path) => statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedAt('package-lock.json') > modifiedAt('node_modules/.package-lock.json')) {
  console.error('Installing packages (once) …');
  try {
    execSync('npm ci --no-fund --no-audit --loglevel=error', {
      cwd: root,
      env: { ...process.env, ...usableCache() },
      stdio: ['ignore', process.stderr, process.stderr],
    });
  } catch {
    console.error('The packages could not be installed: npm says above why. Then run this again.');
    process.exit(3);
  }
}

/** npm caches downloads in the home folder, and fails when that is read-only. */
function usableCache() {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  const isThere = statSync(cache, { throwIfNoEntry: false }) !== undefined;
  try {
    accessSync(isThere ? cache : join(cache, '..'), constants.W_OK);
    return {};
  } catch {
    return { npm_config_cache: mkdtempSync(join(tmpdir(), 'cartograph-npm-')) };
  }
}

// The scripts begin with `exec`, so that a signal to npm reaches the program directly. The Windows
// shell does not have it.
if (process.platform === 'win32') {
  writeFileSync(new URL('node_modules/.bin/exec.cmd', root), '@%*\r\n');
}
