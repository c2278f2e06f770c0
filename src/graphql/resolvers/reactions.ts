// What staff ask of the process managers, and the mutation that retries parked events.
import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { demand } from '../access.js';
import { badInput, notFound } from '../api-error.js';
import { maxPageSize } from '../complexity.js';
import type { RequestContext } from '../context.js';
import { checkPage } from '../input-rules.js';
import type { StaffReaction } from '../services.js';
import {
  ParkedEventType,
  ReactionType,
  ReplayParkedInput,
  ReplayParkedPayload,
} from '../types/reaction-types.js';

const defaultPageSize = 100;

@Resolver(() => ReactionType)
export class Reactions {
  @Query(() => [ReactionType], {
    description: 'What each process manager has handled, and what it could not act on',
  })
  reactions(@Ctx() context: RequestContext): Promise<readonly ReactionType[]> {
    demand(context, 'reactions:read');
    return Promise.all(context.services.reactions.map(shownReaction));
  }

  @Mutation(() => ReplayParkedPayload, {
    description:
      'Retries the parked events of a reaction. One that fails again is parked again; one whose ' +
      'effect has happened does nothing. The answer may come before the last outcome',
  })
  async replayParked(
    @Ctx() context: RequestContext,
    @Arg('input', () => ReplayParkedInput, { description: 'Which reaction' })
    { reaction: name }: ReplayParkedInput,
  ): Promise<ReplayParkedPayload> {
    demand(context, 'reactions:replay');
    const reaction = context.services.reactions.find((one) => one.name === name);
    if (reaction === undefined) throw notFound('reaction');
    await reaction.replay();
    return { reaction: await shownReaction(reaction) };
  }

  @FieldResolver(() => [ParkedEventType], { description: 'In the order in which they were parked' })
  async parked(
    @Root() { name }: ReactionType,
    @Ctx() { services }: RequestContext,
    @Arg('first', () => Int, { description: 'Size of the page', defaultValue: defaultPageSize })
    first: number,
    @Arg('offset', () => Int, { description: 'How many to pass over', defaultValue: 0 })
    offset: number,
  ): Promise<readonly ParkedEventType[]> {
    checkPage({ first }, maxPageSize);
    if (offset < 0) throw badInput('offset must be 0 or more.');
    const reaction = services.reactions.find((one) => one.name === name);
    return (await reaction?.list({ first, offset })) ?? [];
  }
}

async function shownReaction(reaction: StaffReaction): Promise<ReactionType> {
  const { name } = reaction;
  return { id: name, name, parkedCount: await reaction.parked(), ...reaction.status() };
}
