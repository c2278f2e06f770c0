// A connection between two processes that can be cut, refused or held up, as networks do.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

const LONGEST_TEXT = 64;

type Passage = 'open' | 'refused' | 'held up' | 'answers held up';

export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private passage: Passage = 'open';
  private awaited: string | undefined;

  private constructor(
    private readonly server: Server,
    /** Asked at every connection, since what is started again listens elsewhere. */
    private readonly target: () => TcpTarget,
  ) {
    server.on('connection', (socket) => this.accept(socket));
  }

  static async start(target: () => TcpTarget): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection; new ones are let through. */
  cut(): void {
    for (const [near, far] of [...this.pairs]) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    this.pairs.clear();
  }

  /** Breaks every connection, and every new one. */
  refuse(): void {
    this.passage = 'refused';
    this.cut();
  }

  /** Lets nothing through in either direction, and breaks nothing. */
  holdUp(): void {
    this.passage = 'held up';
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** Once a request has this text (at most 64 characters of ASCII), no answer passes. */
  holdUpAnswersAfter(text: string): void {
    this.awaited = text;
  }

  get holdsUpAnswers(): boolean {
    return this.passage === 'answers held up';
  }

  /** As if nothing had been. */
  letThrough(): void {
    this.passage = 'open';
    this.awaited = undefined;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    if (this.passage === 'refused') {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.target(), allowHalfOpen: true });
    const pair = [near, far] as const;
    this.pairs.add(pair);
    this.watch(near);
    const ended = () => this.pairs.delete(pair);
    join(near, far, { isOpen: () => this.passage !== 'held up', ended });
    join(far, near, { isOpen: () => this.passage === 'open', ended });
    if (this.passage === 'held up') near.pause();
    if (this.passage !== 'open') far.pause();
  }

  /** Looks for the awaited text before the request passes. */
  private watch(near: Socket): void {
    let last = '';
    near.on('data', (chunk: Buffer) => {
      if (this.awaited === undefined) return;
      const seen = last + chunk.toString('latin1');
      last = seen.slice(-LONGEST_TEXT);
      if (seen.includes(this.awaited)) this.holdUpAnswers();
    });
  }

  private holdUpAnswers(): void {
    this.passage = 'answers held up';
    this.awaited = undefined;
    for (const [, far] of this.pairs) far.pause();
  }
}

interface Way {
  readonly isOpen: () => boolean;
  readonly ended: () => void;
}

/** Everything that `from` sends goes to `to`; what ends one ends the other. */
function join(from: Socket, to: Socket, { isOpen, ended }: Way): void {
  from.setNoDelay(true);
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => {
    if (isOpen()) from.resume();
  });
  from.on('end', () => to.end());
  // Whoever is cut off learns it at the other end.
  from.on('error', () => to.destroy());
  from.on('close', () => {
    ended();
    to.destroy();
  });
}
