// Puts the persistent subscriptions of a node together: their log, their groups, their calls.
import type { IPersistentSubscriptionsServer } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import { PersistentSubscriptionCalls } from './calls.js';
import { NodeLog, type LogParts } from './node-log.js';
import type { Access } from './ports.js';
import { Registry } from './registry.js';

export interface PersistentSubscriptions {
  handlers: IPersistentSubscriptionsServer;
  /** Starts every group anew; whoever is connected is dropped. */
  restart(): Promise<void>;
  /** Drops every consumer; resolves when nothing is being written any more. */
  stop(): Promise<void>;
}

/** Starts every group that the log knows. */
export function startPersistentSubscriptions(
  parts: LogParts,
  access: Access,
  onFailure: (error: unknown) => void,
): PersistentSubscriptions {
  const registry = new Registry({ log: new NodeLog(parts), onFailure });
  const calls = new PersistentSubscriptionCalls(registry, access);
  return {
    handlers: calls.handlers(),
    restart: () => registry.restart(),
    stop: () => registry.stop(),
  };
}

/** Without TLS there are no users: everybody may do everything, as the system. */
export const everythingAllowed: Access = {
  requireOperator: () => undefined,
  requireUser: () => undefined,
  requireReader: () => undefined,
  userName: () => 'system',
};
