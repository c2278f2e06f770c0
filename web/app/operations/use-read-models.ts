// The read models, live.
import { useQuery, useSubscription } from '@apollo/client/react';
import {
  BoardProjectionsDocument,
  type ProjectionFieldsFragment,
  ProjectionsChangedDocument,
} from '../../../schema/generated/graphql.ts';
import { readAnew } from './read-anew.ts';

export type ReadModel = ProjectionFieldsFragment;

/** The query answers first; then the subscription writes each change into the cache. */
export function useReadModels() {
  const { data, error, refetch } = useQuery(BoardProjectionsDocument, readAnew);
  const changed = useSubscription(ProjectionsChangedDocument);
  const readModels: readonly ReadModel[] | undefined =
    changed.data?.projectionsChanged ?? data?.projections;
  return { readModels, error: readModels === undefined ? error : undefined, refetch };
}

export type OtherGeneration = ReadModel['others'][number];

/** The generation that would be promoted. */
export function standbyOf({ others, generation }: ReadModel): OtherGeneration | undefined {
  return others.findLast((one) => one.status === 'STANDBY' && one.generation > generation);
}

/** The generation that a rollback would make live again. */
export function earlierOf({ others, generation }: ReadModel): OtherGeneration | undefined {
  return others.findLast(
    (one) => one.status === 'STANDBY' && one.generation < generation && one.wasLive,
  );
}
