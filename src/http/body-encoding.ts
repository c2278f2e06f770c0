// Which encodings a compressed body may have. Their names mean the same in upper case, and some
// programs still write `x-gzip`: https://www.rfc-editor.org/rfc/rfc9110#name-content-codings
import type { IncomingMessage } from 'node:http';
import { badRequest } from '../graphql/api-error.js';

const encodings = ['gzip', 'br', 'deflate', 'zstd'] as const;

/** For the plugin that decompresses; the limit of a body counts what comes out. */
export const bodyEncodings = {
  requestEncodings: [...encodings, 'identity' as const],
  onUnsupportedRequestEncoding: () =>
    badRequest('BAD_REQUEST', `The body may be compressed once, as ${encodings.join(', ')}.`),
};

/** Before the plugin reads it. */
export function nameBodyEncoding({ headers }: IncomingMessage): void {
  const given = headers['content-encoding']?.trim().toLowerCase();
  if (given === undefined) return;
  headers['content-encoding'] = given === 'x-gzip' ? 'gzip' : given;
}
