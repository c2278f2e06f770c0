// The frames of one websocket: which are accepted, and how much output may wait. A peer that breaks
// the protocol, floods, or does not read is closed with a code that says so.
import type { WebSocket as GraphQLSocket } from 'graphql-ws';
import { CloseCode } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { FrameRate } from './frame-rate.js';
import type { Logger } from './log.js';

/**
 * RFC 6455's registry: "Try Again Later", for a peer that may do better on another connection.
 * graphql-ws connects again after it, and gives up for good after 1002 and 4429.
 */
export const tryAgainLater = 1013;
/** Our own code: more messages than any client needs. */
export const tooManyMessages = 4429;

export interface LinkLimits {
  readonly bufferedBytes: number;
  readonly stalledMs: number;
  readonly messagesPerSecond: number;
  /** Pings and pongs, of the websocket and of the subprotocol. */
  readonly controlFramesPerSecond: number;
  /** Number of consecutive seconds above that rate after which the socket is closed. */
  readonly controlFloodSeconds: number;
  readonly pingEveryMs: number;
  /** Maximum number of pings without a pong. */
  readonly unansweredPings: number;
}

export const linkLimits: LinkLimits = {
  bufferedBytes: 1024 * 1024,
  stalledMs: 5_000,
  messagesPerSecond: 1_000,
  controlFramesPerSecond: 10,
  controlFloodSeconds: 4,
  pingEveryMs: 15_000,
  unansweredPings: 3,
};

const watchIntervalMs = 500;
const goodbyeMs = 1_000;
const clientMessages = new Set(['connection_init', 'ping', 'pong', 'subscribe', 'complete']);

export class WebsocketLink implements GraphQLSocket {
  readonly protocol: string;
  private stalledSince: number | undefined;
  private windowStart = 0;
  private windowMessages = 0;
  private pingedAt = performance.now();
  private unanswered = 0;
  private readonly control: FrameRate;
  private readonly watch: NodeJS.Timeout;
  /** Sends to a closing socket wait here until their sender is stopped. */
  private readonly gone: Promise<void>;

  constructor(
    private readonly socket: WebSocket,
    private readonly log: Logger,
    private readonly limits = linkLimits,
  ) {
    this.protocol = socket.protocol;
    this.control = new FrameRate(limits.controlFramesPerSecond, limits.controlFloodSeconds);
    this.watch = setInterval(() => this.judgePeer(), Math.min(watchIntervalMs, limits.pingEveryMs));
    this.watch.unref();
    socket.on('ping', () => this.admitControlFrame());
    socket.on('pong', () => {
      this.unanswered = 0;
      this.admitControlFrame();
    });
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.once('close', () => clearInterval(this.watch));
    socket.on('error', (error) => log.info({ err: error }, 'a websocket failed'));
  }

  /**
   * Resolves when little output waits, so that one slow frame does not delay the next, and always
   * after a turn of the event loop, so that a long replay of events does not block the process.
   */
  send(data: string): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return this.gone;
    return new Promise((resolve, reject) => {
      this.socket.send(data, (error) => (error ? reject(error) : setImmediate(resolve)));
      if (this.socket.bufferedAmount < this.limits.bufferedBytes) setImmediate(resolve);
    });
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
    // A peer that does not answer the close frame would keep the connection open.
    setTimeout(() => this.socket.terminate(), goodbyeMs).unref();
  }

  onMessage(handle: (data: string) => Promise<void>): void {
    this.socket.on('message', (data, isBinary) => {
      if (!this.admit()) return;
      const type = isBinary ? undefined : typeOf(data);
      const refusal = isBinary ? 'Binary frames are not supported' : refusalOf(type);
      if (refusal !== undefined) {
        this.log.info({ reason: refusal }, 'a websocket client broke the protocol');
        this.close(CloseCode.BadRequest, refusal);
        return;
      }
      if ((type === 'ping' || type === 'pong') && !this.isCalm()) return;
      handle(textOf(data)).catch((error: unknown) => {
        this.log.error({ err: error }, 'a websocket message could not be handled');
        this.close(CloseCode.InternalServerError, 'Internal error');
      });
    });
  }

  /** Responses fill the send buffer, so messages are read no faster than the peer reads. */
  private admit(): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    const now = performance.now();
    if (now - this.windowStart >= 1_000) {
      this.windowStart = now;
      this.windowMessages = 0;
    }
    this.windowMessages += 1;
    if (this.windowMessages > this.limits.messagesPerSecond) {
      this.log.info('a websocket client floods');
      this.close(tooManyMessages, 'Too many messages');
      return false;
    }
    if (this.socket.bufferedAmount > this.limits.bufferedBytes) this.socket.pause();
    return true;
  }

  private admitControlFrame(): void {
    if (this.admit()) this.isCalm();
  }

  /** False when the peer has sent too many control frames for too long; it is then closed. */
  private isCalm(): boolean {
    if (!this.control.isExceededBy(performance.now())) return true;
    this.log.info('a websocket client floods with pings or pongs');
    this.close(tooManyMessages, 'Too many pings or pongs');
    return false;
  }

  private judgePeer(): void {
    this.judgeReader();
    const now = performance.now();
    if (now - this.pingedAt < this.limits.pingEveryMs) return;
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.unanswered >= this.limits.unansweredPings) {
      this.log.info('a websocket client answers no ping');
      clearInterval(this.watch);
      this.close(tryAgainLater, 'No pong');
      return;
    }
    this.pingedAt = now;
    this.unanswered += 1;
    this.socket.ping();
  }

  private judgeReader(): void {
    if (this.socket.bufferedAmount <= this.limits.bufferedBytes) {
      this.stalledSince = undefined;
      if (this.socket.isPaused) this.socket.resume();
      return;
    }
    this.stalledSince ??= performance.now();
    if (performance.now() - this.stalledSince < this.limits.stalledMs) return;
    this.log.info('a websocket client does not read');
    clearInterval(this.watch);
    this.close(tryAgainLater, 'The client reads too slowly');
  }
}

/** Undefined when the frame is not a message. */
function typeOf(data: RawData): unknown {
  try {
    const message: unknown = JSON.parse(textOf(data));
    return typeof message === 'object' && message !== null && 'type' in message
      ? message.type
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusalOf(type: unknown): string | undefined {
  if (type === undefined) return 'A message must be a JSON object with a type';
  if (typeof type === 'string' && clientMessages.has(type)) return undefined;
  return 'A client may not send a message of this type';
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
