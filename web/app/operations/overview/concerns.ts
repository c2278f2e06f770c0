// What needs somebody's attention, the worst first.
import type { ProjectionsQuery, ReactionsQuery } from '../../../../schema/generated/graphql.ts';
import { counted } from '../../format.ts';
import { operationsTexts } from '../texts.ts';

const words = operationsTexts.overview;

export interface Concern {
  readonly tone: 'bad' | 'warm';
  readonly text: string;
  /** The place of the board where something can be done. */
  readonly to: string;
}

export function concernsOf(
  projections: ProjectionsQuery['projections'],
  reactions: ReactionsQuery['reactions'],
): readonly Concern[] {
  return [
    ...projections.flatMap(concernsOfProjection),
    ...reactions.flatMap(concernsOfReaction),
  ].toSorted((one, other) => Number(one.tone === 'warm') - Number(other.tone === 'warm'));
}

function concernsOfProjection({
  name,
  state,
  error,
  rebuildDue,
  others,
  generation,
}: ProjectionsQuery['projections'][number]): Concern[] {
  const standby = others.some((one) => one.status === 'STANDBY' && one.generation > generation);
  return [
    ...(state === 'STOPPED'
      ? [{ tone: 'bad' as const, text: words.stopped(name, error ?? ''), to: '/ops/projections' }]
      : []),
    ...(rebuildDue
      ? [{ tone: 'warm' as const, text: words.rebuildDue(name), to: '/ops/replays' }]
      : []),
    ...(standby ? [{ tone: 'warm' as const, text: words.standby(name), to: '/ops/replays' }] : []),
  ];
}

function concernsOfReaction({
  name,
  state,
  error,
  parkedCount,
}: ReactionsQuery['reactions'][number]): Concern[] {
  const parked = `${name}: ${counted(parkedCount, words.parkedAt)}`;
  return [
    ...(state === 'RETRYING'
      ? [{ tone: 'bad' as const, text: words.retrying(name, error ?? ''), to: '/ops/reactions' }]
      : []),
    ...(parkedCount > 0 ? [{ tone: 'warm' as const, text: parked, to: '/ops/reactions' }] : []),
  ];
}
