// The default access lists in the last event of `$settings`. One invalid list makes the server
// ignore all of them, as with metadata.
import { jsonObjectOf } from '../log/json-object.js';
import { type Acl, aclOf } from '../log/stream-metadata.js';

export interface DefaultAcls {
  readonly userStreams?: Acl;
  readonly systemStreams?: Acl;
}

export const NO_DEFAULTS: DefaultAcls = {};

export function defaultAclsOf(data: Uint8Array): DefaultAcls {
  const json = jsonObjectOf(data) ?? {};
  const userStreams = aclOf(json['$userStreamAcl']);
  const systemStreams = aclOf(json['$systemStreamAcl']);
  if (userStreams === null || systemStreams === null) return NO_DEFAULTS;
  return { ...(userStreams && { userStreams }), ...(systemStreams && { systemStreams }) };
}
