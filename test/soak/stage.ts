// What a soak runs on: an event store and a database as real processes, and instances of the built
// service, with a proxy on each way between them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeProcess } from '../../embedded-node/test/kills/node-process.js';
import type { ReadModelPlace } from '../../src/read-models/open.js';
import { ServiceProcess } from '../flow/service.js';
import { PostgresServer, whyNoPostgres } from '../read-models/postgres-server.js';
import type { HttpInstance } from './http-shop.js';
import { TcpProxy, type TcpTarget } from './tcp-proxy.js';

export interface StageOptions {
  readonly instances: number;
  readonly database: 'sqlite' | 'postgres';
  /** A cluster that runs already, which is left alone; else a node of its own is started. */
  readonly clusterUrl?: string;
  /** What the instances are told besides. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Why the stage cannot be set up; undefined where it can. */
export function whyNoStage({ database }: StageOptions): string | undefined {
  if (database === 'sqlite' || whyNoPostgres === undefined) return undefined;
  return `there is no Postgres: ${whyNoPostgres}`;
}

export class SoakInstance implements HttpInstance {
  constructor(
    readonly name: string,
    readonly service: ServiceProcess,
    /** Between its clients and it. */
    readonly clients: TcpProxy,
    /** Between it and the event store, where that is ours. */
    readonly store: TcpProxy | undefined,
    /** Between it and Postgres. */
    readonly database: TcpProxy | undefined,
    readonly place: ReadModelPlace,
  ) {}

  get dataDir(): string {
    return this.service.dataDir;
  }

  get url(): string {
    return `http://127.0.0.1:${this.clients.port}`;
  }

  get graphqlUrl(): string {
    return `${this.url}/graphql`;
  }

  get websocketUrl(): string {
    return this.graphqlUrl.replace('http', 'ws');
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).status === 200;
    } catch {
      return false;
    }
  }
}

export class Stage {
  readonly instances: SoakInstance[] = [];
  private readonly endings: (() => Promise<unknown>)[] = [];
  private ownNode: NodeProcess | undefined;
  private ownPostgres: PostgresServer | undefined;
  private url = '';

  private constructor(
    private readonly options: StageOptions,
    /** Where the history is, and what is kept when a law breaks. */
    readonly folder: string,
  ) {}

  /** @throws Error when something does not start; nothing is left then */
  static async start(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options, await mkdtemp(join(tmpdir(), 'cartograph-soak-')));
    try {
      await stage.startAll();
      return stage;
    } catch (error) {
      await stage.stop();
      await stage.remove();
      throw error;
    }
  }

  /** The node that is ours to kill; undefined for a cluster that runs already. */
  get node(): NodeProcess | undefined {
    return this.ownNode;
  }

  /** The database server that the instances share. */
  get postgres(): PostgresServer | undefined {
    return this.ownPostgres;
  }

  /** Of the event store itself, past every proxy. */
  get connectionString(): string {
    return this.url;
  }

  instance(name: string): SoakInstance {
    const found = this.instances.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`There is no instance ${name}`);
    return found;
  }

  /** What the instances and the store have to say about it, for whoever looks into a breach. */
  async writeLogs(): Promise<void> {
    for (const { name, service } of this.instances) {
      await writeFile(join(this.folder, `${name}.log`), service.log);
    }
  }

  async stop(): Promise<void> {
    for (const end of this.endings.splice(0).reverse()) await end();
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async startAll(): Promise<void> {
    const { clusterUrl, instances, database } = this.options;
    this.url = clusterUrl ?? (await this.startNode());
    const postgres = database === 'postgres' ? await this.startPostgres() : undefined;
    for (let index = 0; index < instances; index += 1) {
      await this.startInstance(`instance-${index + 1}`, postgres);
    }
  }

  private async startNode(): Promise<string> {
    const dataDir = join(this.folder, 'log');
    await mkdir(dataDir);
    const node = new NodeProcess({ dataDir });
    await node.start();
    this.endings.push(() => node.kill());
    this.ownNode = node;
    return node.connectionString;
  }

  private async startPostgres(): Promise<string> {
    const server = await PostgresServer.start();
    this.endings.push(() => server.remove());
    this.ownPostgres = server;
    return server.database();
  }

  private async startInstance(name: string, databaseUrl: string | undefined): Promise<void> {
    const store = this.ownNode && (await this.proxyTo(() => targetOf(this.url)));
    const database =
      databaseUrl === undefined ? undefined : await this.proxyTo(() => targetOf(databaseUrl));
    const service = await ServiceProcess.start({
      EVENTSTORE_URL: throughProxy(this.url, store),
      CART_TOKEN_SECRET: 'the same for all instances of the soak',
      ...(databaseUrl !== undefined && { DATABASE_URL: throughProxy(databaseUrl, database) }),
      ...this.options.settings,
    });
    this.endings.push(() => service.remove());
    const clients = await this.proxyTo(() => targetOf(service.url));
    const { dataDir } = service;
    const place = { dataDir, ...(databaseUrl !== undefined && { databaseUrl }) };
    this.instances.push(new SoakInstance(name, service, clients, store, database, place));
  }

  private async proxyTo(target: () => TcpTarget): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(target);
    this.endings.push(() => proxy.close());
    return proxy;
  }
}

function targetOf(url: string): TcpTarget {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port) };
}

function throughProxy(url: string, proxy: TcpProxy | undefined): string {
  if (proxy === undefined) return url;
  const through = new URL(url);
  through.host = `127.0.0.1:${proxy.port}`;
  return through.href;
}
