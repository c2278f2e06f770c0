// Postgres where root runs the tests and only root may pass through the clone: Postgres refuses to
// run as root, and its own user cannot reach the binaries. So they are copied to where it can.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Copies the package's binaries into the temporary folder, once a version, and answers where.
 * Several processes may do so at once: each copies aside, and the first to rename wins.
 * @param native the folder `native` of the package
 */
export function reachableBinaries(native: string, parent = tmpdir()): string {
  const { name, version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const place = join(parent, `cartograph-${basename(name)}-postgres-${version}`);
  if (!existsSync(place)) copyTo(place, native);
  const { uid, mode } = statSync(place);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`others may write to ${place}: remove it`);
  }
  return place;
}

function copyTo(place: string, native: string): void {
  const aside = mkdtempSync(`${place}-`);
  try {
    cpSync(native, aside, { recursive: true, verbatimSymlinks: true });
    chmodSync(aside, 0o755);
    renameSync(aside, place);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The system's user postgres, made where it is missing. @throws where it cannot be made */
export function postgresUser(): Owner {
  try {
    return ids();
  } catch {
    execFileSync('useradd', ['--system', '--user-group', 'postgres'], { stdio: 'pipe' });
    return ids();
  }
}

function ids(): Owner {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  return { uid: id('-u'), gid: id('-g') };
}

export interface PostgresOptions {
  readonly databaseDir: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly postgresFlags: readonly string[];
}

/** What the tests use of `EmbeddedPostgres`, on binaries that lie elsewhere. */
export class RelocatedPostgres {
  private server: ChildProcess | undefined;
  private readonly owner = postgresUser();
  private readonly endWithTests = () => this.server?.kill('SIGQUIT');

  constructor(
    private readonly binaries: string,
    private readonly options: PostgresOptions,
  ) {}

  async initialise(): Promise<void> {
    const { databaseDir, user, password } = this.options;
    const passwordFile = join(dirname(databaseDir), 'password');
    mkdirSync(databaseDir);
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [databaseDir, passwordFile]) chownSync(path, this.owner.uid, this.owner.gid);
    const flags = ['--auth=password', `--username=${user}`, `--pwfile=${passwordFile}`];
    await promisify(execFile)(
      join(this.binaries, 'bin/initdb'),
      [`--pgdata=${databaseDir}`, '--locale=C', '--encoding=UTF8', ...flags],
      { ...this.owner, cwd: '/' },
    );
    rmSync(passwordFile);
  }

  async start(): Promise<void> {
    const { databaseDir, port, postgresFlags } = this.options;
    const server = spawn(
      join(this.binaries, 'bin/postgres'),
      ['-D', databaseDir, '-p', String(port), ...postgresFlags],
      // It must be able to enter the folder that it runs in.
      { ...this.owner, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.server = server;
    process.once('exit', this.endWithTests);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      server.stderr.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes('ready to accept connections')) resolve();
      });
      server.once('close', () => reject(new Error(`Postgres ended: ${said}`)));
    });
  }

  async stop(): Promise<void> {
    const { server } = this;
    process.off('exit', this.endWithTests);
    this.server = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  }
}
