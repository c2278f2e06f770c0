// Liveness of the process, and readiness of each part that responses depend on.
import { reasonOf } from '../errors/reason-of.js';
import { withTimeout } from '../waiting/with-timeout.js';
import type { FastifyInstance } from 'fastify';

/** A part that must work; `problem` returns what is wrong, or undefined. */
export interface ReadinessCheck {
  readonly part: string;
  problem(): Promise<string | undefined>;
}

const patienceMs = 2_000;

/** A process manager: what it could not act on is shown, and makes nothing unready. */
export interface ShownReaction {
  readonly name: string;
  status(): { readonly state: string };
  parked(): Promise<number>;
}

export function healthRoutes(
  fastify: FastifyInstance,
  checks: readonly ReadinessCheck[],
  reactions: readonly ShownReaction[] = [],
  isLeaving = (): boolean => false,
): void {
  fastify.get('/health/live', () => ({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const entries = await Promise.all(
      checks.map(async (check) => [check.part, (await problemOf(check)) ?? 'ready'] as const),
    );
    const ready = !isLeaving() && entries.every(([, answer]) => answer === 'ready');
    const shown = await Promise.all(
      reactions.map(async (reaction) => {
        const parked = await reaction.parked();
        return [reaction.name, { state: reaction.status().state, parked }] as const;
      }),
    );
    return reply.code(ready ? 200 : 503).send({
      status: isLeaving() ? 'stopping' : ready ? 'ready' : 'not ready',
      parts: Object.fromEntries(entries),
      ...(shown.length > 0 && { reactions: Object.fromEntries(shown) }),
    });
  });
}

/** What is wrong with the part; undefined when it is ready. No answer is a problem too. */
export async function problemOf(check: ReadinessCheck): Promise<string | undefined> {
  const late = () => new Error(`no answer in ${patienceMs} ms`);
  try {
    return await withTimeout(check.problem(), patienceMs, late);
  } catch (error) {
    return reasonOf(error);
  }
}
