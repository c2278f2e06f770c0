// A real receiver of webhooks on the loopback address. It takes a message and breaks the connection,
// or refuses it, now and then at the first attempt, and says what it has at the end.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Randomness } from '../../simulator/randomness.js';
import { isGenuine } from '../../webhooks/receiver.js';
import { Arrivals } from './arrivals.js';

interface Taken {
  /** The ids by which it knows a repetition. */
  readonly messageIds: Set<string>;
  times: number;
}

/** Of the first attempts. */
const BREAKS = 0.05;
const REFUSES = 0.05;

export class WebhookInbox {
  /** By event. */
  readonly taken = new Map<string, Taken>();
  /** Such as one that is signed with another secret. */
  readonly faults: string[] = [];
  private readonly attempted = new Set<string>();
  private readonly eventOf = new Map<string, string>();
  private readonly server: Server;
  private secret = '';
  private readonly arrivals = new Arrivals((id) => this.taken.has(id));

  private constructor(private readonly random: Randomness) {
    this.server = createServer((request, response) => {
      // An instance that is killed in the middle of a message has not sent it.
      this.receive(request, response).catch(() => response.destroy());
    });
  }

  static async open(random: Randomness): Promise<WebhookInbox> {
    const inbox = new WebhookInbox(random);
    await new Promise<void>((resolve) => inbox.server.listen(0, '127.0.0.1', resolve));
    return inbox;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/orders`;
  }

  knowsSecret(secret: string): void {
    this.secret = secret;
  }

  /** Messages that came again after they were taken. */
  get repetitions(): number {
    return [...this.taken.values()].reduce((sum, { times }) => sum + times - 1, 0);
  }

  /** Waits for these events; returns those that have not come when the time is over. */
  missing(eventIds: readonly string[], withinMs: number): Promise<readonly string[]> {
    return this.arrivals.missing(eventIds, withinMs);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const messageId = String(request.headers['webhook-id']);
    const isFirst = !this.attempted.has(messageId);
    this.attempted.add(messageId);
    if (isFirst && this.random.chance(REFUSES)) {
      response.writeHead(500).end();
      return;
    }
    const isSigned = isGenuine({ headers: request.headers, body }, this.secret);
    if (!isSigned) this.faults.push(`${messageId} is signed with another secret`);
    this.take(messageId, (JSON.parse(body) as { readonly id: string }).id);
    if (isFirst && this.random.chance(BREAKS)) response.destroy();
    else response.end();
    this.arrivals.heard();
  }

  private take(messageId: string, eventId: string): void {
    const before = this.eventOf.get(messageId) ?? eventId;
    if (before !== eventId) this.faults.push(`${messageId} stands for ${before} and ${eventId}`);
    this.eventOf.set(messageId, eventId);
    const taken = this.taken.get(eventId) ?? { messageIds: new Set(), times: 0 };
    taken.messageIds.add(messageId);
    taken.times += 1;
    this.taken.set(eventId, taken);
  }
}
