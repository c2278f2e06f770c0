// Knows the caller of each call under way: an interceptor asks for the credentials before any
// handler sees the call, so that handlers need not wait for a password to be verified.
import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { unexpected, StatusError } from '../wire/statuses.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

export class Callers {
  /** By the headers object that grpc-js hands to the call's handler. */
  private readonly principals = new WeakMap<Metadata, Principal>();

  constructor(private readonly authenticator: Authenticator) {}

  /** Undefined for a caller without credentials. */
  of(headers: Metadata): Principal | undefined {
    return this.principals.get(headers);
  }

  /** Ends calls with wrong credentials, to whatever method, as the real server does. */
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

/** Undefined where there is none, or more than one: then it is nobody's. */
function authorizationIn(headers: Metadata): string | undefined {
  const [header, ...others] = headers.get('authorization');
  return typeof header === 'string' && others.length === 0 ? header : undefined;
}
