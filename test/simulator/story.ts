// A run as somebody tells it: who asked what, what came of it, and what befell whom, a line each.
import type { HistoryRecord, Intent, Reply } from './history.js';
import type { Breach } from './laws/law.js';
import type { SeenCart } from './seen-cart.js';

export function lineOf(record: HistoryRecord): string {
  switch (record.kind) {
    case 'asked':
      return `${record.client} asks (${record.ask}) ${intentInWords(record.intent)}`;
    case 'replied':
      return `(${record.ask}) ${replyInWords(record.reply)}`;
    case 'incident':
      return `-- ${record.subject}: ${record.incident} ${record.details ?? ''}`.trimEnd();
  }
}

export function timed(atMs: number, line: string): string {
  return `${(atMs / 1_000).toFixed(3).padStart(8)} s  ${line}`;
}

export function breachesInWords(breaches: readonly Breach[]): string[] {
  return breaches.map(({ law, words }) => `** ${law}: ${words}`);
}

function intentInWords(intent: Intent): string {
  switch (intent.kind) {
    case 'change cart': {
      const { change, cartId, commandId, expectedRevision, instance } = intent;
      const { type, ...rest } = change;
      const input = valuesInWords(rest);
      const key = commandId === undefined ? 'no key' : `key ${short(commandId)}`;
      const seen = expectedRevision === undefined ? '' : `, at revision ${expectedRevision}`;
      const cart = cartId === null ? '' : ` in ${short(cartId)}`;
      const who = intent.customerId === undefined ? '' : ` as ${intent.customerId}`;
      return `${instance}: ${type} ${input}${cart}${who} (${key}${seen})`;
    }
    case 'claim cart': {
      const { instance, cartId, customerId, strategy, commandId } = intent;
      return `${instance}: ${customerId} claims ${short(cartId)}, ${strategy} (key ${short(commandId)})`;
    }
    case 'change catalogue': {
      const { type, ...rest } = intent.change;
      return `${intent.instance}: ${type} ${valuesInWords(rest)}`;
    }
    case 'change order': {
      const { type, ...rest } = intent.change;
      const input = `${valuesInWords(rest)} ${short(intent.orderId)}`.trimStart();
      return `${intent.instance}: ${type} ${input} (key ${short(intent.commandId ?? 'none')})`;
    }
    case 'query cart': {
      const least = intent.minRevision === undefined ? '' : ` from revision ${intent.minRevision}`;
      return `${intent.instance}: what is in ${short(intent.cartId)}${least}?`;
    }
    case 'read past':
      return `${intent.instance}: what was in ${short(intent.cartId)} at ${JSON.stringify(intent.at)}?`;
    case 'watch cart': {
      const after = intent.afterRevision === undefined ? '' : ` after ${intent.afterRevision}`;
      return `${intent.instance}: watch ${short(intent.cartId)}${after}`;
    }
    case 'leave cart':
      return `${intent.instance}: leave ${intent.watch}`;
    case 'operate':
      return `${intent.instance}: ${intent.operation} ${intent.names.join(', ') || 'everything'}`;
    case 'erase people':
      return `${intent.instance}: erase ${intent.email}`;
    case 'write foreign':
      return `the store: write ${intent.type} to ${intent.stream}, past the service`;
  }
}

function valuesInWords(input: object): string {
  const words = Object.values(input).map((value: unknown) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return words.join(' ');
}

function replyInWords(reply: Reply): string {
  switch (reply.kind) {
    case 'accepted': {
      const order = reply.order === null ? '' : `, order for ${reply.order.total}`;
      return `is accepted: ${cartInWords(reply.cart)}${order}`;
    }
    case 'refused':
      return `is refused: ${reply.code}; ${cartInWords(reply.cart)}`;
    case 'cart':
      return `is shown ${cartInWords(reply.cart)}`;
    case 'push':
      return `is pushed ${reply.event?.type ?? 'the cart as it stands'}: ${cartInWords(reply.cart)}`;
    case 'done':
      return `is done: ${reply.outcome} ${(reply.differences ?? []).join('; ')}`.trimEnd();
    case 'left':
      return 'is left';
    case 'failed':
      return `fails: ${reply.code}, ${reply.words}`;
  }
}

function cartInWords(cart: SeenCart | null): string {
  if (cart === null) return 'no cart';
  const { id, revision, status, totals, lines } = cart;
  const goods = lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
  return `${short(id)}@${revision} ${status} [${goods}] for ${totals.total}`;
}

function short(id: string): string {
  return id.slice(0, 8);
}
