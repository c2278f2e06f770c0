// How the board reads what it changes.

/**
 * For queries that are asked again after a change. By default Apollo Client lets such a question
 * join an equal one that is under way, and that may have been answered before the change.
 */
export const readAnew = {
  fetchPolicy: 'cache-and-network',
  context: { queryDeduplication: false },
} as const;
