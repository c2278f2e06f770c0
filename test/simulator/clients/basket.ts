// What the people of one household know of their cart: its token, what they asked of it, and what
// they were told. Two tabs share one basket.
import type { ChangeCart, Reply } from '../history.js';
import type { SeenCart } from '../seen-cart.js';

export interface SentCommand {
  readonly intent: ChangeCart;
  /** Questions that nothing was heard of yet. */
  open: number;
  /** Whether it was answered by the business; until then it may or may not have been done. */
  outcome: 'unknown' | 'accepted' | 'refused';
}

/** Old commands beyond this many are forgotten: nobody retries them any more. */
const MAX_REMEMBERED = 40;

export class Basket {
  cartId: string | undefined;
  cartToken: string | undefined;
  /** The newest cart that anybody of the household was shown. */
  shown: SeenCart | undefined;
  /** What a checkout was told that it comes to now. */
  totalTold: number | undefined;
  /** Somebody has written to it what the service does not understand. */
  isSpoiled = false;
  private remembered: SentCommand[] = [];

  get sent(): readonly SentCommand[] {
    return this.remembered;
  }

  get isOpened(): boolean {
    return this.cartId !== undefined && this.cartToken !== undefined;
  }

  /** Something was asked, and nothing was heard of it yet. */
  get isWaiting(): boolean {
    return this.remembered.some(({ open }) => open > 0);
  }

  get isClosed(): boolean {
    return this.shown?.status === 'CHECKED_OUT';
  }

  /** Of the newest cart that was shown; −1 before that. */
  get revision(): number {
    return this.shown?.revision ?? -1;
  }

  asks(intent: ChangeCart): void {
    const known = this.commandOf(intent);
    if (known !== undefined) {
      known.open += 1;
      return;
    }
    this.remembered.push({ intent, open: 1, outcome: 'unknown' });
    // What is not known to be done is not forgotten: it has to come to one end.
    const isDone = ({ outcome, open }: SentCommand) => outcome !== 'unknown' && open === 0;
    const oldest = this.remembered.findIndex(isDone);
    if (this.remembered.length > MAX_REMEMBERED && oldest >= 0) this.remembered.splice(oldest, 1);
  }

  hears(intent: ChangeCart, reply: Reply): void {
    const command = this.commandOf(intent);
    if (command !== undefined) {
      command.open -= 1;
      if (reply.kind === 'accepted') command.outcome = 'accepted';
      if (reply.kind === 'refused' && command.outcome === 'unknown') command.outcome = 'refused';
    }
    if (reply.kind === 'accepted' && intent.change.type === 'OpenCart') {
      this.cartId = reply.cart?.id;
      this.cartToken = reply.cartToken ?? this.cartToken;
    }
    if (reply.kind === 'failed' && reply.code === 'EVENT_NOT_UNDERSTOOD') this.isSpoiled = true;
    if (reply.kind === 'refused') this.totalTold = reply.currentTotal ?? this.totalTold;
    if (reply.kind === 'accepted') this.totalTold = undefined;
    if (reply.kind === 'accepted' || reply.kind === 'refused') this.isShown(reply.cart);
  }

  isShown(cart: SeenCart | null): void {
    if (cart !== null && cart.id === this.cartId && cart.revision > this.revision) {
      this.shown = cart;
    }
  }

  /** The command of the same key and the same input, whichever instance is asked. */
  private commandOf(intent: ChangeCart): SentCommand | undefined {
    const text = inputOf(intent);
    return this.remembered.find((command) => inputOf(command.intent) === text);
  }
}

function inputOf({ commandId, change, expectedRevision }: ChangeCart): string {
  return JSON.stringify([commandId, expectedRevision, change]);
}
