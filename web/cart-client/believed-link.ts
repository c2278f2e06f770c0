// Tells of a token that the service refuses before it has expired, and asks again with the credentials
// of then. What is refused so has done nothing.
import { ApolloLink } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { map } from 'rxjs';
import type { Patience } from './patient-link.ts';

/** Told the refused token; the credentials that are read afterwards are others, or wait. */
export type TokenRefusal = (token: string) => void;

class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

export function believedLink(
  onRefused: TokenRefusal,
  { firstMs, maximumMs }: Patience,
): ApolloLink {
  return ApolloLink.from([
    new RetryLink({
      delay: { initial: firstMs, max: maximumMs, jitter: true },
      attempts: { max: Infinity, retryIf: (error) => error instanceof TokenRefusedError },
    }),
    new ApolloLink((operation, forward) =>
      forward(operation).pipe(
        map((result) => {
          const token = tokenOf(operation);
          const refusal = result.errors?.find(
            ({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED',
          );
          if (token === undefined || refusal === undefined) return result;
          onRefused(token);
          throw new TokenRefusedError(refusal.message);
        }),
      ),
    ),
  ]);
}

/** The one that was sent, which need not be the one of now. */
function tokenOf(operation: ApolloLink.Operation): string | undefined {
  const { headers } = operation.getContext() as { headers?: Readonly<Record<string, string>> };
  return headers?.['authorization']?.replace(/^Bearer /, '');
}
