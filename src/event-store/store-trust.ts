// Asks the nodes once whether they can be trusted, before the first call. The client of gRPC tries
// a certificate again and again, and all that its callers learn is that nothing answered.
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type ConnectionOptions } from 'node:tls';
import { isTlsFailure } from '../errors/tls-failure.js';
import { StoreTlsError } from './errors.js';
import { SERVER_NAME } from './node-client.js';
import { nameOf, type NodeAddress, storeAddress, type TlsFiles } from './store-address.js';

const ANSWER_MS = 2_000;

/**
 * A cluster is trusted if one node is: the calls then find it. A node that does not answer proves
 * nothing.
 *
 * @throws StoreTlsError; ConnectionStringError
 */
export async function demandTrust(connectionString: string): Promise<void> {
  const { nodes, tls } = storeAddress(connectionString);
  const looks = await Promise.all(nodes.map((node) => lookAt(node, tls)));
  const reason = looks.map(({ against }) => against).find((each) => each !== undefined);
  if (reason !== undefined && !looks.some(({ isTrusted }) => isTrusted)) {
    throw new StoreTlsError(reason);
  }
}

/** Neither where a node did not answer. */
interface Look {
  readonly isTrusted?: boolean;
  readonly against?: string;
}

/** @param tls undefined: without TLS */
function lookAt(node: NodeAddress, tls: TlsFiles | undefined): Promise<Look> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host: node.address, port: node.port, ALPNProtocols: ['h2'] },
      ...(tls === undefined ? { rejectUnauthorized: false } : trusting(node, tls)),
    });
    const end = (look: Look) => {
      socket.destroy();
      resolve(look);
    };
    socket.setTimeout(ANSWER_MS, () => end({}));
    socket.once('secureConnect', () => end(tls ? { isTrusted: true } : { against: onlyTls(node) }));
    socket.once('error', (error: Error) => end(tls ? failedLook(node, error) : {}));
  });
}

/** As the client of a node. */
function trusting(
  { address }: NodeAddress,
  { authority, userCertificate, userKey }: TlsFiles,
): ConnectionOptions {
  return {
    servername: isIP(address) > 0 ? SERVER_NAME : address,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(address, certificate),
    ...(authority && { ca: authority }),
    ...(userCertificate && { cert: userCertificate }),
    ...(userKey && { key: userKey }),
  };
}

const onlyTls = (node: NodeAddress) => `has tls=false, and ${nameOf(node)} speaks TLS: remove it`;

function failedLook(node: NodeAddress, error: Error): Look {
  if (!isTlsFailure(error)) return {};
  const name = nameOf(node);
  const isPlain = 'code' in error && error.code === 'ERR_SSL_WRONG_VERSION_NUMBER';
  if (isPlain) return { against: `asks for TLS, which ${name} does not speak: add tls=false` };
  const reason = `is not trusted (tlsCAFile names its authority): ${error.message}`;
  return { against: `leads to ${name}, which ${reason}` };
}
