// Persistent subscriptions on a secure node: operators manage groups, every user may list them, and
// consuming requires read access to the stream.
import type { Metadata } from '@grpc/grpc-js';
import type { Access } from '../persistent/ports.js';
import { AccessDenied, type StreamAccess } from './stream-access.js';
import type { Callers } from './callers.js';
import { isOperator, type Principal } from './principal.js';

export class SubscriptionAccess implements Access {
  constructor(
    private readonly callers: Callers,
    private readonly streams: StreamAccess,
  ) {}

  requireOperator(headers: Metadata): void {
    if (!isOperator(this.user(headers))) throw new AccessDenied();
  }

  requireUser(headers: Metadata): void {
    this.user(headers);
  }

  requireReader(stream: string, headers: Metadata): void {
    this.streams.demand('read', stream, headers);
  }

  userName(headers: Metadata): string {
    return this.user(headers).name;
  }

  private user(headers: Metadata): Principal {
    const principal = this.callers.of(headers);
    if (principal === undefined) throw new AccessDenied();
    return principal;
  }
}
