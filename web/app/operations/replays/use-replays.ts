// The replays on record, the newest live.
import { useQuery, useSubscription } from '@apollo/client/react';
import { useEffect } from 'react';
import {
  type ReplayFieldsFragment,
  ReplayChangedDocument,
  ReplaysDocument,
} from '../../../../schema/generated/graphql.ts';
import { readAnew } from '../read-anew.ts';

export type ShownReplay = ReplayFieldsFragment;

/** The subscription writes changes of a known replay into the cache; a new one is asked for. */
export function useReplays() {
  const { data, error, refetch } = useQuery(ReplaysDocument, readAnew);
  const changed = useSubscription(ReplayChangedDocument);
  const replays: readonly ShownReplay[] | undefined = data?.replays;
  const newest = changed.data?.replayChanged?.id;
  const isNew = newest !== undefined && replays?.some(({ id }) => id === newest) === false;
  useEffect(() => {
    // The query tells its own error.
    if (isNew) refetch().catch(() => undefined);
  }, [isNew, newest, refetch]);
  return { replays, error: replays === undefined ? error : undefined, refetch };
}
