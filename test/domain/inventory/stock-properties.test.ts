// Laws of stock, over any sequence of commands: no order is promised a unit that is not there, no
// unit is lost or doubled, and repeating a command adds nothing.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HoldChange, InventoryCommand } from '../../../src/domain/inventory/commands.js';
import { inventoryDecider } from '../../../src/domain/inventory/decide.js';
import type { InventoryEvent } from '../../../src/domain/inventory/events.js';
import { initialStock, type StockState, unitsHeldBy } from '../../../src/domain/inventory/state.js';
import { recordedAs } from '../../controls/recorded.js';
import { cartOf, EXPIRY, MUG } from '../../controls/stock.js';

const orderId = fc.constantFrom('A', 'B', 'C');
const attemptId = fc.constantFrom('1', '2');
const quantity = fc.integer({ min: 1, max: 6 });

const takeUnits: fc.Arbitrary<HoldChange> = fc
  .record({ orderId, attemptId, quantity })
  .map((units) => ({ cartId: cartOf(units.orderId), holdMs: EXPIRY, ...units }));
const giveBackUnits: fc.Arbitrary<HoldChange> = fc.record({
  ...{ orderId, attemptId, reason: fc.constant('EXPIRED' as const) },
});

/** Repeating one of these adds nothing. The release of an order has a command id instead. */
const repeatable: fc.Arbitrary<InventoryCommand> = fc.oneof(
  fc
    .oneof({ weight: 3, arbitrary: takeUnits }, { weight: 1, arbitrary: giveBackUnits })
    .map((change) => ({ type: 'ChangeHolds' as const, at: 0, changes: [change] })),
  fc.record({ orderId, quantity }).map((of) => ({
    ...{ type: 'ConfirmStock' as const, at: 0, cartId: cartOf(of.orderId), ...of },
  })),
  fc.record({ orderId }).map((of) => ({ type: 'ShipStock' as const, at: 0, ...of })),
);

const forCustomers: fc.Arbitrary<InventoryCommand> = fc.oneof(
  { weight: 4, arbitrary: repeatable },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(takeUnits, giveBackUnits), { maxLength: 6 })
      .map((changes) => ({ type: 'ChangeHolds' as const, at: 0, changes })),
  },
  {
    weight: 1,
    arbitrary: orderId.map((of) => ({ type: 'ReleaseStock' as const, at: 0, orderId: of })),
  },
);

const byStaff: fc.Arbitrary<InventoryCommand> = fc.oneof(
  quantity.map((units) => ({
    ...{ type: 'ReceiveStock' as const, at: 0, sku: MUG, isKnown: true },
    ...{ quantity: units, reference: null },
  })),
  fc.integer({ min: -4, max: 4 }).map((change) => ({
    ...{ type: 'AdjustStock' as const, at: 0, sku: MUG, isKnown: true, reason: 'A count' },
    correction: { change },
  })),
);

function run(commands: readonly InventoryCommand[], each: (step: Step) => void = () => undefined) {
  const events: InventoryEvent[] = [];
  let state = initialStock;
  for (const command of commands) {
    const decision = inventoryDecider.decide(command, state);
    const decided = 'accepted' in decision ? decision.accepted : [];
    const before = state;
    for (const event of decided) {
      state = inventoryDecider.evolve(state, recordedAs(event, events.length));
      events.push(event);
    }
    each({ before, after: state, command, isAccepted: 'accepted' in decision });
  }
  return { state, events };
}

interface Step {
  readonly before: StockState;
  readonly after: StockState;
  readonly command: InventoryCommand;
  readonly isAccepted: boolean;
}

test('orders hold no unit that is not there, unless a count took it away', () => {
  const all = fc.oneof({ weight: 4, arbitrary: forCustomers }, { weight: 1, arbitrary: byStaff });
  fc.assert(
    fc.property(fc.array(all, { maxLength: 40 }), (commands) => {
      run(commands, ({ before, after, command }) => {
        const isShort = (state: StockState) => Math.max(0, state.reserved - state.onHand);
        if (command.type !== 'AdjustStock')
          expect(isShort(after)).toBeLessThanOrEqual(isShort(before));
      });
    }),
  );
});

test('the units on hand are those received and adjusted minus those shipped', () => {
  const all = fc.oneof(forCustomers, byStaff);
  fc.assert(
    fc.property(fc.array(all, { maxLength: 40 }), (commands) => {
      const { state, events } = run(commands);
      const moved = events.map(({ type, data }) => {
        if (type === 'StockReceived') return data.quantity;
        if (type === 'StockAdjusted') return data.change;
        return type === 'StockShipped' ? -data.quantity : 0;
      });
      expect(state.onHand).toBe(moved.reduce((sum, units) => sum + units, 0));
      const held = state.reservations.map(unitsHeldBy);
      expect(state.reserved).toBe(held.reduce((sum, units) => sum + units, 0));
      expect(held.every((units) => units > 0)).toBe(true);
    }),
  );
});

test('repeating a command of a customer adds nothing', () => {
  const all = fc.oneof(forCustomers, byStaff);
  fc.assert(
    fc.property(fc.array(all, { maxLength: 30 }), repeatable, (commands, command) => {
      const once = run([...commands, command]);
      const twice = run([...commands, command, command]);
      expect(twice.state).toEqual(once.state);
      expect(twice.events).toEqual(once.events);
    }),
  );
});
