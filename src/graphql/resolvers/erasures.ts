// The admin's mutation that erases a person.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { commandContext, type RequestContext } from '../context.js';
import * as rules from '../input-rules.js';
import { EraseCustomerInput, ErasureResult } from '../types/erasure-types.js';

@Resolver()
export class Erasures {
  @Mutation(() => ErasureResult, {
    description:
      'Destroys the keys of the personal data of a customer or an e-mail address, for ever. ' +
      'Carts, orders and totals stay. Repeating it is harmless',
  })
  async eraseCustomer(
    @Ctx() context: RequestContext,
    @Arg('input', () => EraseCustomerInput, { description: 'What to do' })
    { customerId, email }: EraseCustomerInput,
  ): Promise<ErasureResult> {
    demand(context, 'people:erase');
    const hasId = customerId != null;
    if (hasId === (email != null)) throw badInput('Give exactly one of customerId and email.');
    const who = hasId
      ? { customerId: rules.textOf(customerId, 'customerId') }
      : { email: rules.emailOf(email ?? '') };
    const { actor } = commandContext(context, {});
    return { keysDestroyed: await context.services.erasure.erase(who, actor) };
  }
}
