// Frees the caller of a call that ends before its request does, such as an append that is refused
// at its first message. grpc-js leaves such a stream half open, and clients that write on, as those
// of .NET do, wait for a window that never opens.
import {
  constants,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Server } from '@grpc/grpc-js';

/**
 * Resets each call's stream with NO_ERROR after a response that came before the end of the request,
 * as the real server does: https://www.rfc-editor.org/rfc/rfc9113#section-8.1. grpc-js has no
 * option for it, but keeps its HTTP/2 servers here.
 */
export function endRequestsEarly(server: Server): void {
  const servers: unknown = Reflect.get(server, 'http2Servers');
  if (!(servers instanceof Map)) return;
  for (const http2 of (servers as Map<Http2Server | Http2SecureServer, unknown>).keys()) {
    http2.on('stream', endWithResponse);
  }
}

function endWithResponse(stream: ServerHttp2Stream): void {
  const end = () => {
    if (stream.readableEnded) return;
    // What ends the response is sent after these events.
    setImmediate(() => {
      if (stream.destroyed || stream.closed) return;
      const { localClose, remoteClose } = stream.state;
      if (localClose === 1 && remoteClose !== 1) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  };
  stream.once('finish', end).once('wantTrailers', end);
}
