// The clients of a case and the address for raw calls, all from one connection string.
import { readFileSync } from 'node:fs';
import { ChannelCredentials, Client } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ClientSpec, Credentials } from './transcript.js';

function variant(connection: string, spec: ClientSpec): string {
  const url = new URL(connection);
  for (const [key, value] of Object.entries(spec.options ?? {})) url.searchParams.set(key, value);
  if (spec.credentials !== undefined) {
    url.username = encodeURIComponent(spec.credentials?.username ?? '');
    url.password = encodeURIComponent(spec.credentials?.password ?? '');
  }
  return spec.discover ? url.href.replace('esdb:', 'esdb+discover:') : url.href;
}

export function isSecure(connection: string): boolean {
  return new URL(connection).searchParams.get('tls') !== 'false';
}

export function credentialsIn(connection: string): Credentials | null {
  const { username, password } = new URL(connection);
  if (username === '') return null;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

const MAIN = 'main';

export class Connections {
  readonly connection: string;
  readonly #specs: Record<string, ClientSpec>;
  readonly #clients = new Map<string, EventStoreDBClient>();
  #channel: Client | undefined;

  constructor(connection: string, specs: Record<string, ClientSpec> = {}) {
    this.connection = connection;
    this.#specs = specs;
  }

  /** The named client; `main` is the one that the connection string itself gives. */
  client(name = MAIN): EventStoreDBClient {
    const spec = name === MAIN ? {} : this.#specs[name];
    if (!spec) throw new Error(`The case has no client ${name}`);
    const known = this.#clients.get(name);
    const client = known ?? EventStoreDBClient.connectionString(variant(this.connection, spec));
    this.#clients.set(name, client);
    return client;
  }

  /** A bare channel, for calls that the client would never make. */
  channel(): Client {
    if (this.#channel) return this.#channel;
    const { host, searchParams } = new URL(this.connection);
    const ca = searchParams.get('tlsCAFile');
    const credentials = isSecure(this.connection)
      ? ChannelCredentials.createSsl(ca === null ? null : readFileSync(ca))
      : ChannelCredentials.createInsecure();
    this.#channel = new Client(host, credentials);
    return this.#channel;
  }

  async close(): Promise<void> {
    this.#channel?.close();
    await Promise.all([...this.#clients.values()].map((client) => client.dispose()));
  }
}
