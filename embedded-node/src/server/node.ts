// Assembles a single EventStoreDB node on the calling thread: log, rules and gRPC services.
import type { Socket } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { damageReport } from '../log/damage-report.js';
import { type Address, gossipJson } from './gossip.js';
import { type FrontDoor, openFrontDoor } from './front-door.js';
import { Links } from '../log/links.js';
import { Log } from '../log/log.js';
import { damageError, logPath, openLogFile } from '../log/log-file.js';
import { type Report, toStandardError } from '../report.js';
import { Activity } from '../operations/activity.js';
import { type Operations, startOperations } from '../operations/start.js';
import { reachableHost } from '../security/certificates.js';
import { openToQueries } from '../security/projection-access.js';
import { type Security, startSecurity } from '../security/start.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from '../options.js';
import {
  everythingAllowed,
  startPersistentSubscriptions,
  type PersistentSubscriptions,
} from '../persistent/start.js';
import { addServices } from './services.js';
import type { NodeParts } from './streams-calls.js';
import { Streams } from '../log/streams.js';
import { type NodeProjections, prepareProjections } from '../projections/start.js';
import { DEFAULT_BOUNDS } from '../user-projections/bounds.js';
import { Writer } from '../write/writer.js';
import { LogDamageError } from '../errors.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/;
const DEFAULT_HOST = '127.0.0.1';
const GRACE_MS = 500;
/** More than a client can do that also does something else. */
const CANCELS_AT_ONCE = 10_000;
const CANCELS_PER_SECOND = 5_000;
/** Between two parts of the index, which take about a millisecond each. */
const INDEX_PAUSE_MS = 10;

/**
 * Starts a node; resolves when it is ready.
 *
 * @param onShutdown called when a client requests a shutdown; default: stop
 * @throws LogInUseError, LogFileError, CannotListenError, and RangeError for an address that is not
 * loopback
 */
export async function startNode(
  options: EmbeddedNodeOptions = {},
  onShutdown?: () => void,
): Promise<EmbeddedNode> {
  const { dataDir, host = DEFAULT_HOST, insecure = true } = options;
  // Without TLS and users, anyone who reaches the port has full access.
  if (insecure && !LOOPBACK.test(host)) {
    throw new RangeError(`An insecure node does not listen on ${host}`);
  }
  return startOnLog(openLogFile(dataDir, options.report), options, onShutdown);
}

/** Starts a node on an open log. The node closes the log when it stops or fails to start. */
export async function startOnLog(
  file: DatabaseSync,
  options: EmbeddedNodeOptions,
  onShutdown?: () => void,
): Promise<EmbeddedNode> {
  const { dataDir, host = DEFAULT_HOST } = options;
  // Clean-up steps; they run in reverse order.
  const ends: (() => unknown)[] = [];
  let log: Log | undefined;
  ends.push(() => (log ?? file).close());
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= undo(ends));
  try {
    const stopping = new AbortController();
    const { report = toStandardError } = options;
    log = new Log(file, damageReport(report, Date.now));
    ends.push(readIndexBehind(log));
    const parts = { ...partsOf(log, stopping.signal), ...timeoutOf(options) };
    const security = await securityOf(options, parts);
    if (security !== undefined) ends.push(() => security.stop());
    const persistent = persistentOf(parts, security, report);
    let boundPort = 0;
    const address = () => ({ host: reachableHost(host), port: boundPort });
    let door: FrontDoor | undefined = undefined;
    let takeHttp = (socket: Socket): unknown => socket.destroy();
    const projections = projectionsOf(options, parts, security);
    ends.push(() => projections?.stop());
    const server = serverOf(security);
    const settled = addServices(server, {
      parts,
      file,
      dataDir,
      persistent,
      security,
      projections,
      address,
      shutDown: onShutdown ?? (() => void stop()),
      onFault: raise,
    });
    ends.push(
      settled,
      () => shutDown(server, stopping, door),
      () => persistent.stop(),
    );
    door = await doorOf(server, options, security, (socket) => takeHttp(socket));
    boundPort = door.port;
    const operations = await operationsOf(options, file, parts, security, address());
    if (operations !== undefined) {
      ends.push(() => operations.stop());
      takeHttp = (socket) => operations.take(socket);
    }
    projections?.start();
    return {
      host,
      port: boundPort,
      httpPort: operations?.port,
      connectionString: connectionStringOf(address(), security),
      caFile: security?.caFile,
      // On the calling thread a fault reaches the caller directly.
      failure: new Promise(() => undefined),
      stop,
    };
  } catch (error) {
    await stop();
    throw dataDir === undefined ? error : damageError(error, logPath(dataDir));
  }
}

/** Of a large log, between other work. Returns what ends it. */
function readIndexBehind(log: Log): () => void {
  const turn = () => {
    try {
      if (log.readIndexOn()) timer = setTimeout(turn, INDEX_PAUSE_MS);
    } catch (error) {
      // It was reported; reads of the damaged part report it again.
      if (!(error instanceof LogDamageError)) throw error;
    }
  };
  let timer = setTimeout(turn, INDEX_PAUSE_MS);
  return () => clearTimeout(timer);
}

async function undo(ends: readonly (() => unknown)[]): Promise<void> {
  for (const end of ends.toReversed()) await end();
}

function partsOf(log: Log, stopping: AbortSignal): NodeParts {
  const nowMs = () => Date.now();
  const streams = new Streams(log);
  const activity = new Activity(nowMs);
  const writer = new Writer(log, streams, nowMs, activity);
  return { log, streams, writer, activity, stopping, nowMs };
}

function timeoutOf({ commitTimeoutMs }: EmbeddedNodeOptions): Partial<NodeParts> {
  return commitTimeoutMs === undefined ? {} : { commitTimeoutMs };
}

/** Undefined for an insecure node, which has neither TLS nor users. */
async function securityOf(
  { insecure = true, security = {}, dataDir, host = DEFAULT_HOST }: EmbeddedNodeOptions,
  parts: NodeParts,
): Promise<Security | undefined> {
  return insecure ? undefined : startSecurity(parts, security, { dataDir, host });
}

function connectionStringOf({ host, port }: Address, security: Security | undefined): string {
  const { user, query } = security?.connection ?? { user: '', query: 'tls=false' };
  return `esdb://${user}${host}:${port}?${query}&keepAliveInterval=10000&keepAliveTimeout=5000`;
}

async function operationsOf(
  { dataDir, httpPort, host = DEFAULT_HOST }: EmbeddedNodeOptions,
  file: DatabaseSync,
  { log, activity }: NodeParts,
  security: Security | undefined,
  address: Address,
): Promise<Operations | undefined> {
  if (httpPort === undefined) return undefined;
  return startOperations({
    file,
    log,
    activity,
    dataDir,
    host,
    port: httpPort,
    gossip: () => gossipJson(address),
    ...(security && { credentials: security.tls, isUser: security.isUser }),
  });
}

function persistentOf(
  parts: NodeParts,
  security: Security | undefined,
  report: Report,
): PersistentSubscriptions {
  const { log, streams, nowMs } = parts;
  const links = new Links(log, streams, nowMs);
  const access = security?.subscriptions ?? everythingAllowed;
  return startPersistentSubscriptions({ ...parts, links }, access, raise, report);
}

/** A node without projections does not offer their service, like the real server. */
function projectionsOf(
  {
    runProjections = false,
    startStandardProjections: areEnabled = false,
    maxProjections = DEFAULT_BOUNDS.maxProjections,
    projectionMemoryMb = DEFAULT_BOUNDS.projectionMemoryMb,
  }: EmbeddedNodeOptions,
  parts: NodeParts,
  security: Security | undefined,
): NodeProjections | undefined {
  if (!runProjections) return undefined;
  const access = security?.projections ?? openToQueries;
  return prepareProjections(
    parts,
    access,
    { areEnabled, maxProjections, projectionMemoryMb },
    raise,
  );
}

/** A fault without a call to report it to ends the thread, and so becomes the node's failure. */
function raise(error: unknown): void {
  // The node continues with the undamaged part; the damage was already reported.
  if (error instanceof LogDamageError) return;
  setImmediate(() => {
    throw error;
  });
}

function serverOf(security: Security | undefined): Server {
  const server = new Server({
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.max_concurrent_streams': 1_000,
    ...(security && { interceptors: security.interceptors }),
  });
  allowCancels(server);
  return server;
}

/**
 * A client cancels each read that it has seen enough of. By default Node closes the connection of
 * one that cancels 1,000 calls faster than 33 a second, with INTERNAL_ERROR for all calls on it.
 * grpc-js has no option for it, but hands these to its HTTP/2 server. Node has them since 22.
 * https://nodejs.org/api/http2.html#http2createserveroptions-onrequesthandler
 */
function allowCancels(server: Server): void {
  const options: unknown = Reflect.get(server, 'commonServerOptions');
  if (typeof options !== 'object' || options === null) return;
  Object.assign(options, {
    streamResetBurst: CANCELS_AT_ONCE,
    streamResetRate: CANCELS_PER_SECOND,
  });
}

/** A node with HTTP also answers plain HTTP on gRPC's port. */
function doorOf(
  server: Server,
  { host = DEFAULT_HOST, port = 0, httpPort }: EmbeddedNodeOptions,
  security: Security | undefined,
  toHttp: (socket: Socket) => unknown,
): Promise<FrontDoor> {
  // The front door has already removed TLS.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return openFrontDoor({
    host,
    port,
    ...(security && { tls: security.tls }),
    toGrpc: (socket) => injector.injectConnection(socket),
    ...(httpPort !== undefined && { toHttp }),
  });
}

/**
 * Lets calls end that are about to, and notifies long-lived ones. After a moment it cuts the rest,
 * such as a reader that does not read.
 */
async function shutDown(
  server: Server,
  stopping: AbortController,
  door: FrontDoor | undefined,
): Promise<void> {
  stopping.abort();
  const timer = setTimeout(() => door?.cut(), GRACE_MS);
  const left = door?.close();
  // It does not always say when it is done: of a connection that never spoke HTTP/2 it waits on.
  server.tryShutdown(() => undefined);
  await left;
  clearTimeout(timer);
}
