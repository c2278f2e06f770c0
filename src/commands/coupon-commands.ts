// The admin's coupon commands; the seed uses them too.
import type { CouponTerms } from '../domain/cart/events.js';
import type { CouponCommand } from '../domain/coupon/commands.js';
import { normalizedCode } from '../domain/coupon/decide.js';
import type { CouponState } from '../domain/coupon/state.js';
import { couponAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { lockOfPart } from './part-lock.js';

type CouponOutcome = Promise<CommandOutcome<CouponState>>;

export class CouponCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(code: string): Promise<CouponState> {
    return this.runner.stateOf(couponAggregate, code, 'fresh');
  }

  define(
    input: { readonly code: string; readonly description: string; readonly terms: CouponTerms },
    context: CommandContext,
  ): CouponOutcome {
    const { description, terms } = input;
    const code = normalizedCode(input.code);
    const hashed = { ...input, terms: hashedTerms(terms) };
    return this.run(code, 'defineCoupon', hashed, context, (at) => ({
      type: 'DefineCoupon',
      ...{ at, code, description, terms },
    }));
  }

  withdraw(input: { readonly code: string }, context: CommandContext): CouponOutcome {
    const code = normalizedCode(input.code);
    return this.run(code, 'withdrawCoupon', { code }, context, (at) => ({
      type: 'WithdrawCoupon',
      at,
    }));
  }

  private run(
    id: string,
    name: string,
    input: Readonly<Record<string, unknown>>,
    context: CommandContext,
    enrich: (at: number) => CouponCommand,
  ): CouponOutcome {
    const { expectedRevision } = context;
    const hash = inputHash(name, { ...input, expectedRevision });
    // Its uses are events of its stream too, and no conflict.
    const lock = lockOfPart(context, 'coupon', ({ revision }: CouponState) => revision);
    return this.runner.run(couponAggregate, { id, enrich, hash, ...lock });
  }
}

/** Terms that earlier releases did not know count only when given, so that their hashes stay. */
function hashedTerms(terms: CouponTerms): Readonly<Record<string, unknown>> {
  const { skus, currency, usageLimit, perCustomerLimit, exclusive, ...first } = terms;
  const given = Object.entries({ skus, currency, usageLimit, perCustomerLimit, exclusive }).filter(
    ([, value]) => value !== null && value !== false,
  );
  return { ...first, ...Object.fromEntries(given) };
}
