// Assembles the persistent subscriptions of a node: their log, groups and calls.
import type { IPersistentSubscriptionsServer } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import type { Report } from '../report.js';
import { PersistentSubscriptionCalls } from './calls.js';
import { NodeLog, type LogParts } from './node-log.js';
import type { Access } from './ports.js';
import { Registry } from './registry.js';

export interface PersistentSubscriptions {
  handlers: IPersistentSubscriptionsServer;
  /** Restarts every group and drops all consumers. */
  restart(): Promise<void>;
  /** Drops every consumer; resolves when no write is in progress. */
  stop(): Promise<void>;
}

/** Starts every group that the log defines. */
export function startPersistentSubscriptions(
  parts: LogParts,
  access: Access,
  onFailure: (error: unknown) => void,
  report: Report,
): PersistentSubscriptions {
  const registry = new Registry({ log: new NodeLog(parts), onFailure, report });
  const calls = new PersistentSubscriptionCalls(registry, access);
  return {
    handlers: calls.handlers(),
    restart: () => registry.restart(),
    stop: () => registry.stop(),
  };
}

/** Without TLS there are no users: every client has full access, as the system. */
export const everythingAllowed: Access = {
  requireOperator: () => undefined,
  requireUser: () => undefined,
  requireReader: () => undefined,
  userName: () => 'system',
};
