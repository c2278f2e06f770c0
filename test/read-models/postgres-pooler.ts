// A pooler between a service and Postgres, as PgBouncer is one: it signs clients in by itself, knows
// few parameters of a connection, and lends its own connections to them.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How long a client has a connection: for a transaction, for its session, or for its session with
 * nothing reset afterwards. `in turns`: the one that was used longest ago is lent first.
 */
export type Lending = 'transaction' | 'transaction, in turns' | 'session' | 'session, unreset';

const KNOWN = new Set(['user', 'database', 'client_encoding', 'application_name']);
const TERMINATE = 'X';
/** What a client waits for an answer after. */
const QUERY = 'Q';
const SYNC = 'S';

export class PostgresPooler {
  private readonly idle: Upstream[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly lending: Lending,
  ) {
    server.on('connection', (client) => void this.serve(client).catch(() => client.destroy()));
  }

  static async start(target: string, lending: Lending): Promise<PostgresPooler> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PostgresPooler(server, new URL(target), lending);
  }

  /** The database behind it. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(this.target), { port: String(port) }).href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(client: Socket): Promise<void> {
    this.sockets.add(client.on('error', () => client.destroy()));
    const [startup] = (await once(client, 'data')) as [Buffer];
    const words = startup.subarray(8).toString().split('\0');
    const unknown = words.find((word, at) => at % 2 === 0 && word !== '' && !KNOWN.has(word));
    if (unknown !== undefined) {
      const text = `SFATAL\0C08P01\0Munsupported startup parameter: ${unknown}\0\0`;
      client.end(message('E', Buffer.from(text)));
      return;
    }
    client.write(Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]));
    let linked: Upstream | undefined;
    const giveBack = () => {
      if (linked === undefined) return;
      linked.client = undefined;
      if (this.lending === 'session') linked.socket.end(message(TERMINATE, Buffer.alloc(0)));
      else this.idle.push(linked);
      linked = undefined;
    };
    client.on('close', giveBack);
    let asked = Buffer.alloc(0);
    for await (const part of client as AsyncIterable<Buffer>) {
      asked = Buffer.concat([asked, part]);
      const last = lastMessage(asked);
      if (last === TERMINATE) return;
      // The rest of the question is still on its way.
      if (last !== QUERY && last !== SYNC) continue;
      linked ??= await this.lend();
      linked.client = client;
      const isReady = await linked.answer(asked);
      asked = Buffer.alloc(0);
      if (isReady && this.lending.startsWith('transaction')) giveBack();
    }
  }

  private async lend(): Promise<Upstream> {
    const isInTurns = this.lending === 'transaction, in turns';
    return (isInTurns ? this.idle.shift() : this.idle.pop()) ?? this.open();
  }

  private async open(): Promise<Upstream> {
    const { hostname, port, username, password, pathname } = this.target;
    const socket = connect(Number(port), hostname);
    this.sockets.add(socket.on('error', () => socket.destroy()));
    const upstream = new Upstream(socket);
    const params = `\0\x03\0\0user\0${username}\0database\0${pathname.slice(1)}\0\0`;
    await upstream.answer(counted(Buffer.from(params)), 'R');
    await upstream.answer(message('p', Buffer.from(`${password}\0`)));
    return upstream;
  }
}

/** A connection to Postgres, which is asked by one client at a time. */
class Upstream {
  /** Gets all that Postgres sends, notifications too. */
  client: Socket | undefined;

  constructor(readonly socket: Socket) {
    socket.on('data', (data) => this.client?.write(data));
    socket.on('close', () => this.client?.destroy());
  }

  /**
   * Passes a question on, and waits for the message of a type that ends its answer.
   *
   * @returns whether no transaction is open then
   */
  async answer(asked: Buffer, last = 'Z'): Promise<boolean> {
    this.socket.write(asked);
    let rest = Buffer.alloc(0);
    for (;;) {
      const [data] = (await once(this.socket, 'data')) as [Buffer];
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
        const end = 1 + rest.readUInt32BE(1);
        const type = rest.toString('latin1', 0, 1);
        const status = rest.toString('latin1', 5, end);
        rest = rest.subarray(end);
        if (type === last) return status === 'I';
      }
    }
  }
}

/** The type of the last message; undefined while its end has not come. */
function lastMessage(bytes: Buffer): string | undefined {
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end === bytes.length) return bytes.toString('latin1', at, at + 1);
    at = end;
  }
  return undefined;
}

const counted = (content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([length, content]);
};

const message = (type: string, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type), counted(content)]);
