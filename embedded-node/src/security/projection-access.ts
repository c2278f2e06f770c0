// The rights of a projection's query: those of the user who created it.
import type { Metadata } from '@grpc/grpc-js';
import { type Principal, SYSTEM } from './principal.js';
import type { StreamAction } from './stream-access.js';

export interface ProjectionAccess {
  /** The caller, as whom a new projection will read and write. */
  runAs(headers: Metadata): Principal;
  allows(principal: Principal, action: StreamAction, stream: string): boolean;
}

export const NOBODY: Principal = { name: '', groups: [] };

/** Without TLS there are no users: every query may do everything, as the system. */
export const openToQueries: ProjectionAccess = { runAs: () => SYSTEM, allows: () => true };
