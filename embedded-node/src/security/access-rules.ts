// Who may do what with which stream: the stream's own access list, where it has none for an action
// the defaults of `$settings`, and where that has none the real server's, which open ordinary
// streams to every user and system streams to admins. Whoever shows no credentials may nothing.
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
    if (isAdmin(principal)) return true;
    if (stream === ALL_STREAM && action !== 'read') return false;
    const roles = isMetadataStream(stream)
      ? this.rolesForMetadata(action, stream.slice(2))
      : this.roles(ENTRY[action], stream);
    return roles.some((role) => role === EVERYBODY || hasRole(principal, role));
  }

  /** Metadata goes with its stream: there is no list for deleting it, so that only admins may. */
  private rolesForMetadata(action: StreamAction, stream: string): readonly string[] {
    if (action === 'delete') return [];
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
