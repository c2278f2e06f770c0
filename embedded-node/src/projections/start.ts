// Assembles the projections of a node: those of the system, and those of its users.
import type { Metadata } from '@grpc/grpc-js';
import { LogDamageError, WriteFailed } from '../errors.js';
import { Links } from '../log/links.js';
import type { Log } from '../log/log.js';
import type { Streams } from '../log/streams.js';
import type { ProjectionAccess } from '../security/projection-access.js';
import { demandBounds, type ProjectionBounds } from '../user-projections/bounds.js';
import type { RunAs } from '../user-projections/stored-projection.js';
import { UserProjections } from '../user-projections/user-projections.js';
import type { Writer } from '../write/writer.js';
import { PROJECTIONS } from './emitted-links.js';
import { SystemProjections } from './system-projections.js';

export interface NodeProjections {
  readonly system: SystemProjections;
  readonly users: UserProjections;
  readonly runAs: (headers: Metadata) => RunAs;
  start(): void;
  /** Resolves when no query runs, and nothing is left to write. */
  stop(): Promise<void>;
}

interface ProjectionParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
  readonly nowMs: () => number;
}

export function prepareProjections(
  { log, streams, writer, nowMs }: ProjectionParts,
  access: ProjectionAccess,
  options: ProjectionBounds & { readonly areEnabled: boolean },
  onFault: (fault: unknown) => void,
): NodeProjections {
  demandBounds(options);
  const system = new SystemProjections({ log, streams, writer, nowMs }, options, onFault);
  const links = new Links(log, streams, nowMs);
  const mayAccess = access.allows.bind(access);
  const users = new UserProjections(
    { log, streams, writer, nowMs, links, mayAccess, onFault, bounds: options },
    (name) => PROJECTIONS.some((known) => known === name),
  );
  return {
    system,
    users,
    runAs: (headers) => access.runAs(headers),
    start: () => {
      system.start();
      users.start().catch(onFault);
    },
    stop: async () => {
      system.stop();
      await users.stop();
      await written(writer);
    },
  };
}

/** Resolves when all writes that were begun have ended: the log closes next. */
async function written(writer: Writer): Promise<void> {
  try {
    await writer.system(() => undefined);
  } catch (error) {
    if (!(error instanceof WriteFailed) && !(error instanceof LogDamageError)) throw error;
  }
}
