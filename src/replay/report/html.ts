// Formats the report as an HTML page. Names of products, coupons and customers come from outside,
// so every text is escaped.
import { createHash } from 'node:crypto';
import type { ComponentView } from '../../domain/cart/view.js';
import { decimal } from '../../domain/money.js';
import { SCRIPT, STYLE } from './html-assets.js';
import type { ImpactReport, ReportedCart } from './impact-report.js';
import { signOf, type Sum } from './sum.js';

/** @param shopUrl the shop's address, such as https://shop.example, for links to its carts */
export function htmlOf(report: ImpactReport, shopUrl?: string): string {
  const { carts, compared } = report;
  const title =
    carts.length === 0
      ? `None of ${count(compared.carts)} carts differs`
      : `${count(carts.length)} of ${count(compared.carts)} carts were priced differently`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${hashOf(SCRIPT)}'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="kicker">Impact report</p>
<h1>${escaped(title)}</h1>
<p class="facts">Version ${report.after.version} of the pricing against version ${report.before.version}, both folded from the log up to position <code>${escaped(report.checkpoint)}</code>. Made ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC.</p>
${report.totals.map(totalsCards).join('')}
${carts.length === 0 ? '' : breakdowns(report, shopUrl)}
<footer>Report <code>${report.id}</code></footer>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function totalsCards({ currency, open, orders }: ImpactReport['totals'][number]): string {
  const amount = (sum: Sum) => `${decimal(BigInt(sum), currency)} ${currency}`;
  const card = (value: string, label: string) =>
    `<div class="card"><b>${escaped(value)}</b><span>${escaped(label)}</span></div>`;
  return `<div class="cards">
${card(amount(orders.overcharged), 'owed to customers')}
${card(amount(orders.undercharged), 'paid too little, to be forgiven')}
${card(count(orders.carts), `orders: ${amount(orders.before)} should be ${amount(orders.after)}`)}
${card(count(open.carts), `open carts: ${amount(open.before)} become ${amount(open.after)}`)}
</div>`;
}

function breakdowns(report: ImpactReport, shopUrl: string | undefined): string {
  const { known, guestCarts } = report.customers;
  const customers = `${count(known)} customers known by name, ${count(guestCarts)} carts of guests`;
  return `<div class="columns">
${sumsTable('By coupon', 'Coupon', report.byCoupon)}
${sumsTable('By day', 'Day', report.byDay)}
${sumsTable('By product', 'SKU', report.bySku)}
${sumsTable('By customer', 'Customer', report.byCustomer)}
</div>
<p class="facts">${escaped(customers)}.</p>
<h2>Every cart</h2>
<div class="scroll"><table class="carts">
<thead><tr><th>Cart</th><th class="wide">State</th><th class="wide">Day</th><th class="number">Before</th><th class="number">After</th><th class="number">Difference</th></tr></thead>
<tbody>
${report.carts.map((cart) => cartRow(cart, shopUrl)).join('\n')}
</tbody>
</table></div>`;
}

function sumsTable(title: string, what: string, sums: ImpactReport['byDay']): string {
  const rows = sums.map(
    ({ key, currency, carts, difference }) =>
      `<tr><td>${escaped(key)}</td>${numberCell(carts, count(carts))}${differenceCell(difference, currency)}</tr>`,
  );
  return `<section><h2>${title}</h2><div class="scroll"><table>
<thead><tr><th>${what}</th><th class="number">Carts</th><th class="number">Difference</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div></section>`;
}

function cartRow(cart: ReportedCart, shopUrl: string | undefined): string {
  const { cartId, order, day, before, after, difference, currency } = cart;
  const state = order === null ? 'open' : 'order placed';
  return `<tr><td>${cartLink(cartId, shopUrl)}${whyDetails(cart)}</td><td class="wide"><span class="tag">${state}</span></td><td class="wide">${day}</td>${numberCell(before, decimal(before, currency))}${numberCell(after, decimal(after, currency))}${differenceCell(difference, currency)}</tr>`;
}

/** A narrow screen shows the beginning of the id. */
function cartLink(cartId: string, shopUrl: string | undefined): string {
  const [start, rest] = [cartId.slice(0, 8), cartId.slice(8)];
  const id = `<code>${escaped(start)}<span class="wide">${escaped(rest)}</span></code>`;
  if (shopUrl === undefined) return id;
  const href = `${shopUrl}/carts/${encodeURIComponent(cartId)}/history`;
  return `<a href="${escaped(href)}">${id}</a>`;
}

function whyDetails({ because, currency, order, customerId, day }: ReportedCart): string {
  const who = [
    `${order === null ? 'Open' : 'Order placed'} on ${day}. `,
    customerId === null ? '' : `Customer ${customerId}. `,
    order === null ? '' : `Order ${order.id}.`,
  ].join('');
  return `<details><summary>Why</summary><p class="facts">${escaped(who)}</p><ul class="parts">
${because.before.map((part) => partItem('was', part, currency)).join('')}
${because.after.map((part) => partItem('is', part, currency)).join('')}
</ul></details>`;
}

function partItem(side: 'was' | 'is', part: ComponentView, currency: string): string {
  const { label, amount, eventId, revision } = part;
  const words = `${side === 'was' ? 'Before' : 'After'}: ${label}, ${decimal(amount, currency)} ${currency}`;
  return `<li class="${side}">${escaped(words)}<br><code>event ${escaped(eventId)}, revision ${revision}</code></li>`;
}

function numberCell(value: number, text: string): string {
  return `<td class="number" data-value="${value}">${escaped(text)}</td>`;
}

function differenceCell(difference: Sum, currency: string): string {
  const sign = signOf(difference);
  const side = sign < 0 ? ' less' : sign > 0 ? ' more' : '';
  const plus = sign > 0 ? '+' : '';
  return `<td class="number${side}" data-value="${difference}">${plus}${decimal(BigInt(difference), currency)} ${escaped(currency)}</td>`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
