// What is known of people: nobody reads it in the log, every instance can read it with their keys, and
// once they are erased nobody ever can.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { type Law, type LawWatch, type OpenedText, type World } from './law.js';
import { CART, ORDER } from './log-model.js';

const AT = '@example.com';

export const addressesSealed: Law = {
  name: 'addresses are sealed',
  promise: 'No event has an e-mail address.',
  watch({ foreign }, report) {
    return {
      stored({ id, stream, revision, data, metadata }) {
        if (foreign.has(id)) return;
        if (JSON.stringify([data, metadata]).includes(AT)) report(`${stream}@${revision} has one`);
      },
    };
  },
};

export const textsOpen: Law = {
  name: 'texts open',
  promise: 'Every instance reads what people gave, unless they were erased.',
  watch(world, report) {
    const erased = new ErasedKeys();
    /** By cart. */
    const given = new Map<string, Set<string>>();
    return {
      stored: (event) => erased.stored(event),
      asked({ asked: { intent } }) {
        if (intent.kind !== 'change cart' || intent.change.type !== 'CheckOut') return;
        const { cartId, change } = intent;
        const emails = given.get(cartId ?? '') ?? new Set();
        given.set(cartId ?? '', emails.add(change.email));
      },
      opened(opened) {
        const { instance, stream, revision, keyId, text, problem } = opened;
        if (erased.has(keyId)) return;
        const where = `${instance} cannot read ${stream}@${revision}`;
        if (text === null) report(`${where}: ${problem ?? 'its key was destroyed'}`);
        else if (!wasGiven(world, given, opened)) report(`${instance} reads ${text} of ${stream}`);
      },
    };
  },
};

/** An erasure that was asked for. */
interface Erasure {
  readonly email: string;
  /** Streams of what was acknowledged before that this address had bought. */
  readonly streams: ReadonlySet<string>;
}

export const erasedForEver: Law = {
  name: 'erased for ever',
  promise: 'Once somebody is erased, no instance reads what they gave before, and no key is left.',
  watch(_world, report) {
    const erased = new ErasedKeys();
    const asked = new Map<number, Erasure>();
    const done: Erasure[] = [];
    const readable: OpenedText[] = [];
    const bought = new Map<string, string[]>();
    return {
      stored: (event) => erased.stored(event),
      asked({ asked: { ask, intent } }) {
        if (intent.kind !== 'erase people') return;
        const { email } = intent;
        asked.set(ask, { email, streams: new Set(bought.get(email)) });
      },
      replied({ asked: { ask, intent }, reply }) {
        if (reply.kind === 'accepted' && reply.order !== null) {
          if (intent.kind !== 'change cart' || intent.change.type !== 'CheckOut') return;
          const { email } = intent.change;
          const streams = [`${CART}${intent.cartId}`, `${ORDER}${reply.order.id}`];
          bought.set(email, [...(bought.get(email) ?? []), ...streams]);
        }
        const erasure = asked.get(ask);
        if (erasure !== undefined && reply.kind === 'done') done.push(erasure);
      },
      opened(opened) {
        if (opened.text !== null) readable.push(opened);
      },
      kept({ where, keyId }) {
        if (erased.has(keyId)) report(`the erased key ${keyId} is in ${where}`);
      },
      ended() {
        for (const { instance, stream, revision, keyId, text } of readable) {
          const where = `${instance} reads ${stream}@${revision}`;
          if (erased.has(keyId)) report(`${where}, whose key was destroyed`);
          const erasure = done.find(
            ({ email, streams }) => streams.has(stream) && text === JSON.stringify({ email }),
          );
          if (erasure !== undefined) report(`${where} of ${erasure.email}, who was erased`);
        }
      },
    };
  },
};

class ErasedKeys {
  private readonly ids = new Set<string>();

  readonly stored: NonNullable<LawWatch['stored']> = ({ type, data }) => {
    if (type === 'PersonErased') this.ids.add((data as { readonly keyId: string }).keyId);
  };

  has(keyId: string): boolean {
    return this.ids.has(keyId);
  }
}

/** Of what a checkout gave, only the address is known. */
function wasGiven(
  world: World,
  given: ReadonlyMap<string, ReadonlySet<string>>,
  opened: OpenedText,
): boolean {
  const { cartId = opened.stream.slice(CART.length), contact } = (eventOf(world, opened)?.data ??
    {}) as { readonly cartId?: string; readonly contact?: { readonly keyId: string } | null };
  const emails = given.get(cartId);
  if (contact == null || opened.text === null || emails === undefined) return true;
  const { email } = JSON.parse(opened.text) as { readonly email?: string };
  // Addresses and gift notes have the same key.
  return email === undefined || emails.has(email);
}

function eventOf(
  { log }: World,
  { stream, revision }: Pick<OpenedText, 'stream' | 'revision'>,
): StoredEvent | undefined {
  const events = stream.startsWith(CART)
    ? log.cartEvents(stream.slice(CART.length))
    : log.orderEvents(stream.slice(ORDER.length));
  return events[revision];
}
