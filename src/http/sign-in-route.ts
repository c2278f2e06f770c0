// Signing in for development, without an identity provider: anyone at this computer gets the role
// that they ask for. It exists only where the service was told to mint sign-ins, never in
// production.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BlockList, isIP } from 'node:net';
import { badRequest } from '../graphql/api-error.js';
import { textFault } from '../graphql/input-text.js';
import { type Role, roles } from '../tokens/sign-in.js';
import { signInPath } from './pages.js';

export interface SignInRequest {
  readonly subject: string;
  readonly role: Role;
}

export interface MintedSignIn {
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

export type SignInMinter = (request: SignInRequest) => Promise<MintedSignIn>;

const body = {
  type: 'object',
  required: ['subject', 'role'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', minLength: 1, maxLength: 100 },
    role: { enum: roles },
  },
};

export function signInRoute(fastify: FastifyInstance, mint: SignInMinter): void {
  fastify.post<{ Body: SignInRequest }>(
    signInPath,
    { schema: { body } },
    async (request, reply) => {
      if (!isFromThisComputer(request)) {
        throw badRequest('FORBIDDEN', 'Signing in for development works from this computer only.');
      }
      const fault = textFault(request.body.subject);
      if (fault !== undefined) {
        throw badRequest('BAD_USER_INPUT', `A name must be one line, without ${fault}.`);
      }
      return reply.header('cache-control', 'no-store').send(await mint(request.body));
    },
  );
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether the address is this computer's own. IPv4 may come over an IPv6 socket. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/i, '');
  const version = isIP(bare);
  if (version === 0) return bare === 'localhost';
  return loopback.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** A proxy here would lend its address to callers from elsewhere. */
function isFromThisComputer({ raw }: FastifyRequest): boolean {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(
    (name) => name in raw.headers,
  );
  return !isForwarded && isLoopback(raw.socket.remoteAddress ?? '');
}
