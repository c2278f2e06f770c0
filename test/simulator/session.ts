// Carries out what clients want through a port, and records every question and every answer.
import type { Client } from './clients/client.js';
import type { History, Intent, Reply, WatchCart } from './history.js';
import type { ShopPort } from './shop-port.js';

type OneAnswer = Exclude<Intent, { readonly kind: 'watch cart' | 'leave cart' }>;

export class Session {
  /** What ends each open watch, by its name. */
  private readonly watches = new Map<string, () => void>();

  constructor(
    private readonly port: ShopPort,
    private readonly history: History,
  ) {}

  /** Names of the watches that are open. */
  get watching(): readonly string[] {
    return [...this.watches.keys()];
  }

  /**
   * Resolves with the answer; a watch is answered later, and this resolves at once with undefined.
   */
  async carryOut(client: Client, intent: Intent): Promise<Reply | undefined> {
    if (intent.kind === 'watch cart') this.watch(client, intent);
    else if (intent.kind === 'leave cart') this.leave(intent.watch);
    else {
      const ask = this.history.asked(client.name, intent);
      const reply = await this.answerOf(intent);
      this.answered(client, ask, intent, reply);
      return reply;
    }
    return undefined;
  }

  /** Ends every watch. */
  leaveAll(): void {
    for (const watch of this.watching) this.leave(watch);
  }

  private answerOf(intent: OneAnswer): Promise<Reply> {
    switch (intent.kind) {
      case 'change cart':
        return this.port.changeCart(intent);
      case 'claim cart':
        return this.port.claimCart(intent);
      case 'change catalogue':
        return this.port.changeCatalogue(intent);
      case 'change order':
        return this.port.changeOrder(intent);
      case 'query cart':
        return this.port.queryCart(intent);
      case 'read past':
        return this.port.readPast(intent);
      case 'operate':
        return this.port.operate(intent);
      case 'erase people':
        return this.port.erasePeople(intent);
      case 'write foreign':
        return this.port.writeForeign(intent);
    }
  }

  private watch(client: Client, intent: WatchCart): void {
    const ask = this.history.asked(client.name, intent);
    const { watch } = intent;
    let end: () => void = () => undefined;
    this.watches.set(watch, () => {
      end();
      this.answered(client, ask, intent, { kind: 'left' });
    });
    end = this.port.watchCart(intent, (reply) => {
      // What arrives after it was left, or has failed, is nobody's.
      if (!this.watches.has(watch)) return;
      if (reply.kind === 'failed') this.watches.delete(watch);
      this.answered(client, ask, intent, reply);
    });
  }

  private leave(watch: string): void {
    const end = this.watches.get(watch);
    this.watches.delete(watch);
    end?.();
  }

  private answered(client: Client, ask: number, intent: Intent, reply: Reply): void {
    this.history.replied(ask, reply);
    client.hears(intent, reply);
  }
}
