// Tries again when the network or the service is away. A repeated mutation carries the same command
// id, so it happens once.
import { ApolloLink, type ErrorLike, ServerError } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { map } from 'rxjs';

/** The service is away for now; the same request can succeed later. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

const passing = [408, 429, 502, 503, 504];

/** Whether the same request can succeed later without anything being changed. */
export function isPassing(error: ErrorLike): boolean {
  if (error instanceof UnavailableError) return true;
  if (ServerError.is(error)) return passing.includes(error.statusCode);
  // What fetch rejects with when there is no answer at all.
  return error instanceof TypeError;
}

export interface Patience {
  readonly firstMs: number;
  readonly maximumMs: number;
}

export function patientLink({ firstMs, maximumMs }: Patience): ApolloLink {
  return ApolloLink.from([
    new RetryLink({
      delay: { initial: firstMs, max: maximumMs, jitter: true },
      attempts: { max: Infinity, retryIf: isPassing },
    }),
    new ApolloLink((operation, forward) => forward(operation).pipe(map(demandService))),
  ]);
}

/** Within a field, the service tells that it is away with status 200. */
function demandService(result: ApolloLink.Result): ApolloLink.Result {
  const away = result.errors?.find(
    ({ extensions }) => extensions?.['code'] === 'SERVICE_UNAVAILABLE',
  );
  if (away !== undefined) throw new UnavailableError(away.message);
  return result;
}
