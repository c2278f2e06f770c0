// The access rules of streams. The stream's own access list comes first, then the defaults in
// `$settings`, then the real server's: all users may access ordinary streams, and only admins
// system streams. A caller without credentials has no access.
import type { Metadata } from '@grpc/grpc-js';
import type { Log } from '../log/log.js';
import { AccessDenied, type StreamAccess, type StreamAction } from './stream-access.js';
import { type Acl, isMetadataStream } from '../log/stream-metadata.js';
import type { Streams } from '../log/streams.js';
import type { Callers } from './callers.js';
import { ADMINS, hasRole, isAdmin, type Principal } from './principal.js';
import { type DefaultAcls, defaultAclsOf, NO_DEFAULTS } from './default-acls.js';

const ALL_STREAM = '$all';
/** A role that every user has. */
const EVERYBODY = '$all';
const SETTINGS = '$settings';
const ENTRY = { read: '$r', write: '$w', delete: '$d' } as const;

/** What the real server denies to everybody, admins included. */
function isNeverAllowed(action: StreamAction, stream: string): boolean {
  if (stream === ALL_STREAM) return action !== 'read';
  return isMetadataStream(stream) && action === 'delete';
}

export class AccessRules implements StreamAccess {
  private settings: { readonly revision: number; readonly defaults: DefaultAcls } | undefined;

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly callers: Callers,
  ) {}

  demand(action: StreamAction, stream: string, headers: Metadata): void {
    const principal = this.callers.of(headers);
    if (principal === undefined || !this.allows(principal, action, stream)) {
      throw new AccessDenied();
    }
  }

  allows(principal: Principal, action: StreamAction, stream: string): boolean {
    if (isNeverAllowed(action, stream)) return false;
    if (isAdmin(principal)) return true;
    const roles = isMetadataStream(stream)
      ? this.rolesForMetadata(action, stream.slice(2))
      : this.roles(ENTRY[action], stream);
    return roles.some((role) => role === EVERYBODY || hasRole(principal, role));
  }

  /** Access to metadata follows its stream. */
  private rolesForMetadata(action: StreamAction, stream: string): readonly string[] {
    return this.roles(action === 'read' ? '$mr' : '$mw', stream);
  }

  private roles(entry: keyof Acl, stream: string): readonly string[] {
    const isSystem = stream.startsWith('$');
    const { userStreams, systemStreams } = this.defaults();
    const given = this.streams.metadataOf(stream).acl?.[entry];
    if (given !== undefined) return given;
    return (isSystem ? systemStreams : userStreams)?.[entry] ?? (isSystem ? [ADMINS] : [EVERYBODY]);
  }

  private defaults(): DefaultAcls {
    const view = this.streams.view(SETTINGS);
    if (view === null || view.isSoftDeleted || view.head.isTombstoned) return NO_DEFAULTS;
    const { revision } = view.head;
    if (this.settings?.revision !== revision) {
      const event = this.log.eventAt(view.head, BigInt(revision));
      this.settings = { revision, defaults: event ? defaultAclsOf(event.data) : NO_DEFAULTS };
    }
    return this.settings.defaults;
  }
}
