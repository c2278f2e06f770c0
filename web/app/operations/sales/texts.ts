// The words of the page about sales, loaded with it. A second language is a second file of this
// shape.

export const salesTexts = {
  about:
    'What the shop sells, by the days of any time zone. Refunds and cancellations count where the order was placed.',
  period: 'Period',
  periods: { 7: 'Last 7 days', 28: 'Last 28 days', 90: 'Last 90 days', 365: 'Last 365 days' },
  ownPeriod: 'Own days',
  firstDay: 'First day',
  lastDay: 'Last day',
  timeZone: 'Time zone',
  currency: 'Currency',
  noZone: 'No time zone has this name.',
  noPeriod: 'The first day must not be later than the last one.',
  longPeriod: (days: string) => `At most ${days} days can be shown.`,
  figures: {
    revenue: 'Revenue',
    orders: 'Orders',
    units: 'Units',
    perOrder: 'An order on average',
    bestDay: (day: string) => `Best day: ${day}`,
  },
  empty: {
    title: 'Nothing was sold in these days',
    about: 'Choose other days: the report has every order since the shop began, imported ones too.',
  },
  revenue: {
    title: 'Revenue',
    chart: (unit: string, count: string, total: string) =>
      `Revenue by ${unit}: ${count} bars, ${total} in all`,
    by: 'Revenue by',
    units: { day: 'Day', hour: 'Hour' },
    unitsInText: { day: 'day', hour: 'hour' },
    tooLong: (days: string) => `Hours are shown for at most ${days} days.`,
    at: (when: string, amount: string, orders: string) => `${when}: ${amount}, ${orders}`,
    clockBack: 'The clock went back: this hour is there twice.',
  },
  orders: { one: '# order', other: '# orders' },
  funnel: {
    title: 'Funnel of carts',
    about: 'What has become, until now, of the carts that were opened in these days.',
    steps: { opened: 'Opened', filled: 'Filled', checkedOut: 'Checked out', paid: 'Paid' },
    rest: {
      stillOpen: 'Still open',
      abandoned: 'Abandoned',
      merged: 'Merged with another',
      cancelled: 'Order cancelled',
    },
    ofOpened: (share: string) => `${share} of the opened`,
    ofBefore: (share: string) => `${share} of the step before`,
    chart: 'Carts by the day of their opening, and how many of them were paid',
    at: (when: string, opened: string, paid: string) => `${when}: ${opened} opened, ${paid} paid`,
    none: 'No cart was opened in these days.',
  },
  products: {
    title: 'Top products',
    by: 'Ranked by',
    ranks: { REVENUE: 'Revenue', UNITS: 'Units' },
    rank: 'Rank',
    product: 'Product',
    none: 'No product was sold in these days.',
  },
  coupons: {
    title: 'Coupons',
    code: 'Code',
    shared: 'With others',
    cancelled: 'Cancelled',
    discount: 'Discount',
    about:
      'The discount is that of the whole order: on orders with other coupons, these gave a part of it.',
    none: 'No order of these days has a coupon.',
  },
  columns: { day: 'Day', hour: 'Hour', orders: 'Orders', units: 'Units', revenue: 'Revenue' },
  asTable: 'Show as a table',
};
