// Assembles the security of a node: TLS, users with passwords, and access rules.
import type { ServerInterceptor } from '@grpc/grpc-js';
import type { IUsersServer } from '@eventstore/db-client/generated/users_grpc_pb.js';
import type { Log } from '../log/log.js';
import type { Access } from '../persistent/ports.js';
import type { StreamAccess } from './stream-access.js';
import { StreamReader } from '../read/stream-reader.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import { AccessRules } from './access-rules.js';
import { Authenticator } from './authenticator.js';
import { Callers } from './callers.js';
import { type CertificateOptions, tlsIdentity } from './certificates.js';
import { NOBODY, type ProjectionAccess } from './projection-access.js';
import { ADMIN, ADMINS, OPERATORS, OPS, SYSTEM } from './principal.js';
import { SubscriptionAccess } from './subscription-access.js';
import { type NewUser, Users } from './users.js';
import { UsersCalls } from './users-calls.js';
import { StatusError } from '../wire/statuses.js';

export interface SecurityOptions extends CertificateOptions {
  /**
   * Passwords of the users that the first start creates; default `changeit`, as on the real server.
   */
  readonly adminPassword?: string;
  readonly opsPassword?: string;
}

export interface Security {
  readonly tls: { readonly cert: string; readonly key: string };
  readonly interceptors: ServerInterceptor[];
  readonly streams: StreamAccess;
  readonly subscriptions: Access;
  readonly projections: ProjectionAccess;
  readonly usersHandlers: IUsersServer;
  /** Whether an `authorization` header has a user's credentials. */
  readonly isUser: (authorization: string | undefined) => Promise<boolean>;
  /** The parts of the admin's connection string before and after the node's address. */
  readonly connection: { readonly user: string; readonly query: string };
  /** The generated CA; undefined for given certificates. */
  readonly caFile: string | undefined;
  stop(): void;
}

interface SecuredParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
  readonly nowMs: () => number;
}

const DEFAULT_PASSWORD = 'changeit';

/** The users of a node without TLS, where no caller signs in and everyone is the system. */
export function openUsers({ log, streams, writer, nowMs }: SecuredParts): IUsersServer {
  const users = new Users(log, streams, writer, new StreamReader(log, streams, nowMs));
  return new UsersCalls(users, { of: () => SYSTEM }).handlers();
}

/**
 * Resolves when its users can sign in.
 *
 * @throws CertificateError, WriteFailed
 */
export async function startSecurity(
  { log, streams, writer, nowMs }: SecuredParts,
  options: SecurityOptions,
  { dataDir, host }: { readonly dataDir: string | undefined; readonly host: string },
): Promise<Security> {
  const { cert, key, caFile, forget } = await tlsIdentity(options, dataDir, host, nowMs());
  try {
    const users = new Users(log, streams, writer, new StreamReader(log, streams, nowMs));
    await createDefaultUsers(users, options);
    const authenticator = new Authenticator(users);
    const callers = new Callers(authenticator);
    const rules = new AccessRules(log, streams, callers);
    return {
      tls: { cert, key },
      interceptors: [callers.interceptor],
      streams: rules,
      subscriptions: new SubscriptionAccess(callers, rules),
      projections: {
        runAs: (headers) => callers.of(headers) ?? NOBODY,
        allows: (principal, action, stream) => rules.allows(principal, action, stream),
      },
      isUser: (authorization) => isUser(authenticator, authorization),
      usersHandlers: new UsersCalls(users, callers).handlers(),
      connection: connectionOf(options, caFile),
      caFile,
      stop: forget,
    };
  } catch (error) {
    forget();
    throw error;
  }
}

/** Only at the first start, so that later changes and deletions stay. */
async function createDefaultUsers(users: Users, options: SecurityOptions): Promise<void> {
  const { adminPassword = DEFAULT_PASSWORD, opsPassword = DEFAULT_PASSWORD } = options;
  const defaults: NewUser[] = [
    {
      loginName: ADMIN,
      fullName: 'Event Store Administrator',
      groups: [ADMINS],
      password: adminPassword,
    },
    {
      loginName: OPS,
      fullName: 'Event Store Operations',
      groups: [OPERATORS],
      password: opsPassword,
    },
  ];
  // One at a time, so that they are listed in this order.
  for (const user of defaults) {
    if (!users.wasThere(user.loginName)) await users.create(user);
  }
}

async function isUser(
  authenticator: Authenticator,
  authorization: string | undefined,
): Promise<boolean> {
  try {
    return (await authenticator.authenticate(authorization)) !== undefined;
  } catch (error) {
    if (error instanceof StatusError) return false;
    throw error;
  }
}

function connectionOf({ adminPassword = DEFAULT_PASSWORD }: SecurityOptions, caFile?: string) {
  const ca = caFile === undefined ? '' : `&tlsCAFile=${encodeURIComponent(caFile)}`;
  return { user: `${ADMIN}:${encodeURIComponent(adminPassword)}@`, query: `tls=true${ca}` };
}
