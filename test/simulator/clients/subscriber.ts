// Watches carts. Where its subscription broke, it goes on at any instance from the last revision
// that it was pushed; now and then it leaves by itself and comes back.
import type { Intent, PushReply, Reply, WatchCart } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { Client } from './client.js';
import type { KnownCart, KnownCarts } from './known-carts.js';

/** Those of all carts that a subscriber may begin to watch. */
export type Watchable = (all: readonly KnownCart[]) => readonly KnownCart[];

interface Watching {
  readonly watch: string;
  readonly instance: string;
  readonly cartId: string;
}

interface ToResume {
  readonly cartId: string;
  readonly afterRevision: number | undefined;
}

/** Among so many carts that were opened last: in those things happen. */
const NEWEST = 6;
const RESUMES = 0.6;
const LEAVES = 0.04;

export class Subscriber implements Client {
  private current: Watching | undefined;
  /** The last revision that it was pushed of each cart. */
  private readonly pushed = new Map<string, number>();
  private toResume: ToResume | undefined;
  private watches = 0;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly known: KnownCarts,
    /** Default: those opened last. */
    private readonly watchable: Watchable = (all) => all.slice(-NEWEST),
  ) {}

  next(random: Randomness): readonly Intent[] {
    const { current } = this;
    if (current !== undefined) return random.chance(LEAVES) ? [this.leave(current)] : [];
    const { toResume } = this;
    if (toResume !== undefined && random.chance(RESUMES))
      return [this.watchAgain(toResume, random)];
    const carts = this.watchable(this.known.all);
    if (carts.length === 0) return [];
    const { cartId } = random.pick(carts);
    const afterRevision = random.chance(0.5) ? this.pushed.get(cartId) : undefined;
    return [this.watchAgain({ cartId, afterRevision }, random)];
  }

  hears(intent: Intent, reply: Reply): void {
    if (intent.kind !== 'watch cart') return;
    if (reply.kind === 'push') this.isPushed(intent, reply);
    if (reply.kind === 'failed' && this.current?.watch === intent.watch) {
      this.toResume = this.resumption(this.current);
      this.current = undefined;
    }
  }

  private isPushed({ cartId }: WatchCart, { revision }: PushReply): void {
    this.pushed.set(cartId, revision);
  }

  private leave({ watch, instance, cartId }: Watching): Intent {
    this.toResume = this.resumption({ cartId });
    this.current = undefined;
    return { kind: 'leave cart', instance, watch };
  }

  private resumption({ cartId }: Pick<Watching, 'cartId'>): ToResume {
    return { cartId, afterRevision: this.pushed.get(cartId) };
  }

  private watchAgain({ cartId, afterRevision }: ToResume, random: Randomness): Intent {
    this.watches += 1;
    const watch = `${this.name}/${this.watches}`;
    const instance = random.pick(this.instances);
    const cartToken = this.known.of(cartId)?.cartToken ?? '';
    this.current = { watch, instance, cartId };
    this.toResume = undefined;
    const cursor = afterRevision === undefined ? {} : { afterRevision };
    return { kind: 'watch cart', watch, instance, cartId, cartToken, ...cursor };
  }
}
