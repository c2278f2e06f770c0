// The admin's commands on tax rules, and the rules that carts are taxed by.
import type { Place } from '../domain/countries.js';
import type { DefineTaxRule, TaxCommand, WithdrawTaxRule } from '../domain/tax/commands.js';
import type { TaxRule } from '../domain/tax/rule.js';
import { isSameRule, ruleInForce, rulesOfPlace, type TaxRulesState } from '../domain/tax/state.js';
import { taxAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { ABSENT, lockOfPart } from './part-lock.js';

/** All rules are one stream, which is short: a query folds what is new in it. */
const ID = 'rules';

type TaxOutcome = Promise<CommandOutcome<TaxRulesState>>;

export class TaxCommands {
  constructor(private readonly runner: CommandRunner) {}

  /** As the log has them now. @throws StoreUnavailableError */
  all(): Promise<TaxRulesState> {
    return this.runner.stateOf(taxAggregate, ID, 'fresh');
  }

  /** The rules of a place from an instant on. @throws StoreUnavailableError */
  async ofPlace(place: Place, at: number): Promise<readonly TaxRule[]> {
    return rulesOfPlace(await this.all(), place, at);
  }

  define(rule: DefineTaxRule['rule'], context: CommandContext): TaxOutcome {
    return this.run('defineTaxRule', rule, context, (at) => ({
      type: 'DefineTaxRule',
      at,
      rule,
    }));
  }

  withdraw(rule: WithdrawTaxRule['rule'], context: CommandContext): TaxOutcome {
    return this.run('withdrawTaxRule', rule, context, (at) => ({
      type: 'WithdrawTaxRule',
      at,
      rule,
    }));
  }

  private run(
    name: string,
    input: DefineTaxRule['rule'] | WithdrawTaxRule['rule'],
    context: CommandContext,
    enrich: (at: number) => TaxCommand,
  ): TaxOutcome {
    const { expectedRevision } = context;
    const hash = inputHash(name, { ...input, expectedRevision });
    const lock = lockOfPart(context, 'tax rule', (state: TaxRulesState, at) => {
      return replacedBy(state, input, at)?.revision ?? ABSENT;
    });
    return this.runner.run(taxAggregate, { id: ID, enrich, hash, ...lock });
  }
}

/** A rule from now on takes the place of the one in force; any other that of its own instant. */
function replacedBy(
  state: TaxRulesState,
  { holdsFrom, ...named }: DefineTaxRule['rule'] | WithdrawTaxRule['rule'],
  at: number,
) {
  if (holdsFrom === null) return ruleInForce(state, { ...named, holdsFrom: at });
  return state.rules.find((rule) => isSameRule(rule, { ...named, holdsFrom }));
}
