// Knows the caller of each running call: an interceptor checks the credentials before the handler
// runs, so handlers need not wait for a password check.
import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { unexpected, StatusError } from '../wire/statuses.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

export class Callers {
  /** Keyed by the headers object that grpc-js passes to the call's handler. */
  private readonly principals = new WeakMap<Metadata, Principal>();

  constructor(private readonly authenticator: Authenticator) {}

  /** Undefined for a caller without credentials. */
  of(headers: Metadata): Principal | undefined {
    return this.principals.get(headers);
  }

  /** Ends every call with wrong credentials, for any method, as the real server does. */
  readonly interceptor: ServerInterceptor = (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (headers, pass) => {
            this.authenticator.authenticate(authorizationIn(headers)).then(
              (principal) => {
                if (principal !== undefined) this.principals.set(headers, principal);
                pass(headers);
              },
              (error: unknown) => {
                call.sendStatus(error instanceof StatusError ? error : unexpected());
              },
            );
          },
        });
      },
    });
}

/** Undefined for no header, and for more than one. */
function authorizationIn(headers: Metadata): string | undefined {
  const [header, ...others] = headers.get('authorization');
  return typeof header === 'string' && others.length === 0 ? header : undefined;
}
