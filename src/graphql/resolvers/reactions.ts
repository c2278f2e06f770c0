// Queries of staff on the process managers.
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { checkPage } from '../input-rules.js';
import { ParkedEventType, ReactionType } from '../types/reaction-types.js';

const defaultPageSize = 100;

@Resolver(() => ReactionType)
export class Reactions {
  @Query(() => [ReactionType], {
    description: 'What each process manager has handled, and what it could not act on',
  })
  reactions(@Ctx() context: RequestContext): readonly ReactionType[] {
    demand(context, 'reactions:read');
    return context.services.reactions.map((reaction) => ({
      ...{ id: reaction.name, name: reaction.name, parkedCount: reaction.parked() },
      ...reaction.status(),
    }));
  }

  @FieldResolver(() => [ParkedEventType], { description: 'In the order in which they were parked' })
  parked(
    @Root() { name }: ReactionType,
    @Ctx() { services }: RequestContext,
    @Arg('first', () => Int, { defaultValue: defaultPageSize }) first: number,
    @Arg('offset', () => Int, { defaultValue: 0 }) offset: number,
  ): readonly ParkedEventType[] {
    checkPage({ first }, maxPageSize);
    if (offset < 0) throw badInput('offset must be 0 or more.');
    const reaction = services.reactions.find((one) => one.name === name);
    return reaction?.list({ first, offset }) ?? [];
  }
}
