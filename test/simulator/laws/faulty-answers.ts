// What faults leave in the answers, by the law that must see it.
import type { HistoryRecord, PushReply, Reply } from '../history.js';
import type { SeenCart } from '../seen-cart.js';
import { type Alteration, answering, type Exchange, rewriting } from './alterations.js';

const isAccepted = ({ asked, replied }: Exchange) =>
  asked.intent.kind === 'change cart' && replied.reply.kind === 'accepted';

const carted = (reply: Reply, change: (cart: SeenCart) => SeenCart): Reply | undefined =>
  'cart' in reply && reply.cart !== null ? { ...reply, cart: change(reply.cart) } : undefined;

const cartOfKind = (kind: string, change: (cart: SeenCart) => SeenCart): Alteration =>
  answering((reply) => (reply.kind === kind ? carted(reply, change) : undefined));

/** Pushes of one watch, of which there are enough. */
function pushesOf(exchanges: readonly Exchange[], least: number): readonly Exchange[] {
  const byAsk = new Map<number, Exchange[]>();
  for (const exchange of exchanges) {
    if (exchange.replied.reply.kind !== 'push') continue;
    const { ask } = exchange.asked;
    byAsk.set(ask, [...(byAsk.get(ask) ?? []), exchange]);
  }
  return [...byAsk.values()].find((pushes) => pushes.length >= least) ?? [];
}

const pushing = (
  least: number,
  other: (records: readonly HistoryRecord[], pushes: readonly Exchange[]) => HistoryRecord[],
): Alteration =>
  rewriting((records, exchanges) => {
    const pushes = pushesOf(exchanges, least);
    return pushes.length === 0 ? undefined : other(records, pushes);
  });

/** Another answer to a command that was accepted before under the same key, with the same input. */
const repeated = (other: (reply: Reply) => Reply | undefined): Alteration =>
  rewriting((records, exchanges) => {
    const accepted = exchanges.filter(isAccepted);
    const keyOf = ({ asked: { intent } }: Exchange) =>
      JSON.stringify({ ...intent, instance: '', cartToken: '' });
    const again = accepted.find((one, index) => {
      const { intent } = one.asked;
      const isKeyed = intent.kind === 'change cart' && intent.commandId !== undefined;
      return isKeyed && accepted.slice(0, index).some((before) => keyOf(before) === keyOf(one));
    });
    const reply = again && other(again.replied.reply);
    return reply && records.with(again.index, { ...again.replied, reply });
  });

const refusal = (code: string): Reply => ({ kind: 'refused', code, cart: null });

const oneMore = (cart: SeenCart): SeenCart => ({
  ...cart,
  totals: { ...cart.totals, total: cart.totals.total + 1 },
});

const earlier = (cart: SeenCart): SeenCart => ({ ...cart, revision: cart.revision - 1 });

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'one answer': {
    'a repetition is answered with another revision': repeated((reply) =>
      carted(reply, (cart) => ({ ...cart, revision: cart.revision + 1 })),
    ),
    'a repetition is refused': repeated(() => refusal('CART_EMPTY')),
    'a repetition is taken for another input': repeated(() => refusal('COMMAND_ID_REUSED')),
    'another input under the same key is accepted': rewriting((records, exchanges) => {
      const first = exchanges.filter(isAccepted);
      const reuse = exchanges.find(
        ({ replied: { reply }, asked: { intent } }) =>
          reply.kind === 'refused' &&
          reply.code === 'COMMAND_ID_REUSED' &&
          intent.kind === 'change cart' &&
          first.some(
            (one) =>
              one.asked.intent.kind === 'change cart' &&
              one.asked.intent.commandId === intent.commandId,
          ),
      );
      const reply = reuse && first.at(-1)?.replied.reply;
      return reply && records.with(reuse.index, { ...reuse.replied, reply });
    }),
    'another input under the same key is refused for another reason': answering((reply) =>
      reply.kind === 'refused' && reply.code === 'COMMAND_ID_REUSED'
        ? { ...reply, code: 'CART_EMPTY' }
        : undefined,
    ),
    'a key that nobody used is said to be used': answering((reply, { asked: { intent } }) =>
      reply.kind === 'refused' &&
      reply.code === 'NOT_FOUND' &&
      intent.kind === 'change cart' &&
      intent.commandId !== undefined
        ? { ...reply, code: 'COMMAND_ID_REUSED' }
        : undefined,
    ),
  },
  'answers are folds': {
    'an answer to a command is a penny off': cartOfKind('accepted', oneMore),
    'a query is a penny off': cartOfKind('cart', oneMore),
    'a push is a penny off': cartOfKind('push', oneMore),
    'a refusal shows a line that is not there': cartOfKind('refused', (cart) => ({
      ...cart,
      lines: [],
      openedAt: 0,
    })),
    'an answer shows what is not stored yet': cartOfKind('accepted', (cart) => ({
      ...cart,
      revision: cart.revision + 1_000,
    })),
    'an answer shows the cart of somebody else': cartOfKind('cart', (cart) => ({
      ...cart,
      id: '00000000-0000-4000-8000-000000000000',
    })),
    'an order is a penny off': answering((reply) =>
      reply.kind === 'accepted' && reply.order !== null
        ? { ...reply, order: { ...reply.order, total: reply.order.total + 1 } }
        : undefined,
    ),
  },
  'reads never back': {
    'a query is behind minRevision': answering((reply, { asked: { intent } }) =>
      reply.kind === 'cart' && intent.kind === 'query cart' && intent.minRevision !== undefined
        ? carted(reply, (cart) => ({ ...cart, revision: (intent.minRevision ?? 0) - 1 }))
        : undefined,
    ),
    'a cart that was shown is said to be absent': answering((reply, { asked: { intent } }) =>
      reply.kind === 'cart' && intent.kind === 'query cart' ? { ...reply, cart: null } : undefined,
    ),
    'a revision that was shown is said not to be reached': rewriting((records, exchanges) => {
      const read = exchanges.findLast(
        ({ asked: { intent }, replied: { reply } }) =>
          intent.kind === 'read past' &&
          'revision' in intent.at &&
          reply.kind === 'cart' &&
          reply.cart !== null,
      );
      const reply = { kind: 'cart', cart: null } as const;
      return read && records.with(read.index, { ...read.replied, reply });
    }),
    'a refusal shows the cart as it was before': cartOfKind('refused', (cart) => ({
      ...cart,
      revision: -1,
    })),
    'a conflict names an old revision': answering((reply) =>
      reply.kind === 'refused' && reply.currentRevision !== undefined
        ? { ...reply, cart: null, currentRevision: 0 - 1 }
        : undefined,
    ),
    'a subscription begins in the past': answering((reply, { asked: { intent } }) =>
      reply.kind === 'push' && reply.event === null && intent.kind === 'watch cart'
        ? carted(reply, (cart) => ({ ...cart, revision: -1 }))
        : undefined,
    ),
    'one database shows less than before': rewriting((records, exchanges) => {
      const queries = exchanges.filter(
        ({ asked: { intent }, replied: { reply } }) =>
          intent.kind === 'query cart' && reply.kind === 'cart' && reply.cart !== null,
      );
      const later = queries.find(({ asked: { intent } }, index) => {
        const isSame = (one: Exchange) =>
          'cartId' in one.asked.intent &&
          'cartId' in intent &&
          one.asked.intent.cartId === intent.cartId;
        const isFree = intent.kind === 'query cart' && intent.minRevision === undefined;
        return isFree && queries.slice(0, index).some(isSame);
      });
      const reply = later && carted(later.replied.reply, (cart) => ({ ...cart, revision: -1 }));
      return reply && records.with(later.index, { ...later.replied, reply });
    }),
  },
  'pushes in order': {
    'a push is lost': pushing(3, (records, pushes) => records.toSpliced(pushes[1]!.index, 1)),
    'a push comes twice': pushing(2, (records, pushes) =>
      records.toSpliced(pushes[1]!.index, 0, pushes[1]!.replied),
    ),
    'two pushes change places': pushing(3, (records, pushes) =>
      records.with(pushes[1]!.index, pushes[2]!.replied).with(pushes[2]!.index, pushes[1]!.replied),
    ),
    'a push has the event of another': pushing(2, (records, pushes) => {
      const { replied, index } = pushes[1]!;
      const reply = { ...(replied.reply as PushReply), event: { id: 'x', type: 'ItemAdded' } };
      return records.with(index, { ...replied, reply });
    }),
    'a subscription that resumes begins anew': answering((reply, { asked: { intent } }) =>
      intent.kind === 'watch cart' && intent.afterRevision !== undefined && reply.kind === 'push'
        ? { ...reply, event: null }
        : undefined,
    ),
  },
  'past is prefix': {
    'a revision is shown as the one before it': answering((reply, { asked: { intent } }) =>
      intent.kind === 'read past' && 'revision' in intent.at && intent.at.revision > 0
        ? carted(reply, earlier)
        : undefined,
    ),
    'what came later is in it': answering((reply, { asked: { intent } }) =>
      intent.kind === 'read past' && 'instant' in intent.at
        ? carted(reply, (cart) => ({ ...cart, revision: cart.revision + 1 }))
        : undefined,
    ),
    'what had come is not in it': answering((reply, { asked: { intent } }) =>
      intent.kind === 'read past' &&
      'instant' in intent.at &&
      reply.kind === 'cart' &&
      reply.cart !== null
        ? { ...reply, cart: null }
        : undefined,
    ),
  },
  'no faults': {
    'an answer is a masked fault': answering(() => ({
      kind: 'failed',
      code: 'INTERNAL_SERVER_ERROR',
      words: 'Something went wrong here.',
    })),
  },
  'verify agrees': {
    'verify finds a difference': answering((reply) =>
      reply.kind === 'done' && reply.differences !== undefined
        ? { ...reply, differences: ['cart: 1 differs from its fold'] }
        : undefined,
    ),
  },
  'alive again': {
    'a question is never answered': rewriting((records, exchanges) => {
      const command = exchanges.findLast(isAccepted);
      return command && records.toSpliced(command.index, 1);
    }),
    'a subscription stalls': rewriting((records, exchanges) => {
      const left = new Set(
        exchanges.filter(({ replied }) => replied.reply.kind !== 'push').map(askOf),
      );
      const last = exchanges.findLast(
        ({ asked, replied: { reply } }) =>
          reply.kind === 'push' && reply.event !== null && !left.has(asked.ask),
      );
      return last && records.toSpliced(last.index, 1);
    }),
    'somebody is away for good': rewriting((records) => {
      const ask = 1 + records.filter(({ kind }) => kind === 'asked').length;
      const at = records.at(-1)!.at;
      const query = { cartId: 'x', cartToken: '', instance: 'one' };
      const intent = { kind: 'query cart', ...query } as const;
      const reply = { kind: 'failed', code: 'SERVICE_UNAVAILABLE', words: 'Try again.' } as const;
      return [
        ...records,
        { kind: 'asked', at, ask, client: 'late', intent },
        { kind: 'replied', at, ask, reply },
      ];
    }),
  },
};

function askOf({ asked }: Exchange): number {
  return asked.ask;
}
