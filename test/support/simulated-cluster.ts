// Three nodes of a cluster that are none: three addresses in front of the log of one embedded node.
// Each behaves as the real server does towards a client: it gossips who leads, refuses what
// requires the leader when it does not lead, and shows as a follower only what was replicated to
// it. A test says who leads, what is replicated, and which node is frozen or gone. What happens
// among real nodes (elections, replication, lost quorums) is not simulated. Node runs this file as
// it is, for `bench/failover.ts`.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { EmbeddedNode } from 'embedded-eventstoredb';
import { frameOf, Frames, messageOf } from './grpc-frames.ts';
import { type Ends, Wire } from './wire.ts';

const GOSSIP = '/event_store.client.gossip.Gossip/Read';
const APPENDS = '/event_store.client.streams.Streams/BatchAppend';
const READS = '/event_store.client.streams.Streams/Read';
/** Kept between a proxy and its node: they are of one connection. */
const OF_CONNECTIONS = /^(:|connection$|keep-alive$|transfer-encoding$|upgrade$|te$|host$)/;

const { FOLLOWER, LEADER, UNKNOWN } = gossip.MemberInfo.VNodeState;
const TICKS_PER_MS = 10_000n;

export class SimulatedCluster {
  /** Null while they vote. */
  leader: SimulatedNode | null;

  readonly nodes: readonly SimulatedNode[];

  private constructor(nodes: readonly SimulatedNode[]) {
    this.nodes = nodes;
    this.leader = nodes[0] ?? null;
  }

  static async start(target: Pick<EmbeddedNode, 'port'>, cleanup: Ends): Promise<SimulatedCluster> {
    const nodes: SimulatedNode[] = [];
    for (let count = 0; count < 3; count += 1) {
      nodes.push(await SimulatedNode.start(target, cleanup));
    }
    const cluster = new SimulatedCluster(nodes);
    for (const node of nodes) node.join(cluster);
    return cluster;
  }

  get connectionString(): string {
    return `esdb://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  get followers(): readonly SimulatedNode[] {
    return this.nodes.filter((node) => node !== this.leader);
  }

  /** The leader becomes a follower of this one; its connections stay open. */
  resignTo(next: SimulatedNode | null): void {
    this.leader = next;
  }
}

export class SimulatedNode {
  /** As a follower it shows what is up to here; undefined: all of it. */
  private replicatedTo: bigint | undefined;
  private cluster: SimulatedCluster | undefined;
  private readonly held = new Set<() => void>();
  /** How many calls of each kind it took. */
  readonly calls = new Map<string, number>();
  private readonly instanceId = randomUUID();
  private wire: Wire | undefined;
  /** Who it says leads, where that is not who does. */
  private mistakenLeader: SimulatedNode | undefined;

  private readonly upstream: ClientHttp2Session;

  private constructor(server: Http2Server, upstream: ClientHttp2Session) {
    this.upstream = upstream;
    server.on('stream', (stream, headers) => this.take(stream, headers));
  }

  static async start(target: Pick<EmbeddedNode, 'port'>, cleanup: Ends): Promise<SimulatedNode> {
    const upstream = connect(`http://127.0.0.1:${target.port}`);
    const server = createServer();
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanup.add(async () => {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
      await once(server, 'close');
    });
    const node = new SimulatedNode(server, upstream);
    const { port } = server.address() as AddressInfo;
    node.wire = await Wire.to({ host: '127.0.0.1', port }, cleanup);
    return node;
  }

  join(cluster: SimulatedCluster): void {
    this.cluster = cluster;
  }

  /** Where clients reach it. */
  get port(): number {
    return this.front.port;
  }

  get leads(): boolean {
    return this.cluster?.leader === this;
  }

  /** As a stopped process: it takes connections and says nothing. */
  freeze(): void {
    this.front.freeze();
  }

  thaw(): void {
    this.front.thaw();
  }

  /** As a killed process: connections break and new ones are refused. */
  async kill(): Promise<void> {
    await this.front.close();
  }

  async startAgain(): Promise<void> {
    await this.front.openAgain();
  }

  /** As a follower it shows nothing after this commit position. */
  holdReplicationAt(position: bigint): void {
    this.replicatedTo = position;
  }

  replicateAll(): void {
    this.replicatedTo = undefined;
    for (const release of this.held) release();
  }

  /** As a node that has not heard of an election. */
  believeIn(leader: SimulatedNode | undefined): void {
    this.mistakenLeader = leader;
  }

  private get front(): Wire {
    if (this.wire === undefined) throw new Error('The node was not started');
    return this.wire;
  }

  private take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => stream.close());
    const path = headers[':path'] ?? '';
    this.calls.set(path, (this.calls.get(path) ?? 0) + 1);
    const needsLeader = headers['requires-leader'] === 'true';
    if (path === GOSSIP) this.gossip(stream);
    else if (needsLeader && !this.leads) this.refuse(stream);
    else this.pass(stream, headers, needsLeader);
  }

  /** The answer of one that follows: https://github.com/EventStore/EventStore, RpcExceptions.cs */
  private refuse(stream: ServerHttp2Stream): void {
    const leader = this.mistakenLeader ?? this.cluster?.leader;
    if (stream.closed || stream.destroyed) return;
    stream.respond(
      leader
        ? {
            ...trailersOnly(5, 'Leader info available'),
            exception: 'not-leader',
            'leader-endpoint-host': '127.0.0.1',
            'leader-endpoint-port': String(leader.port),
          }
        : trailersOnly(14, 'Server Is Not Ready'),
      { endStream: true },
    );
  }

  private gossip(stream: ServerHttp2Stream): void {
    const info = new gossip.ClusterInfo();
    const leader = this.mistakenLeader ?? this.cluster?.leader;
    for (const node of this.cluster?.nodes ?? []) {
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress('127.0.0.1');
      endPoint.setPort(node.port);
      const member = new gossip.MemberInfo();
      member.setInstanceId(new shared.UUID().setString(node.instanceId));
      member.setTimeStamp(String(BigInt(Date.now()) * TICKS_PER_MS));
      if (leader === null) member.setState(UNKNOWN);
      else member.setState(node === leader ? LEADER : FOLLOWER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endPoint);
      info.addMembers(member);
    }
    stream.resume();
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, withTrailers);
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frameOf(info.serializeBinary()));
  }

  /** Hands a call on to the log, both ways; what is open stays open when the node resigns. */
  private pass(near: ServerHttp2Stream, headers: IncomingHttpHeaders, needsLeader: boolean): void {
    const path = headers[':path'] ?? '';
    const far = this.upstream.request({
      ...ownHeaders(headers),
      ':method': 'POST',
      ':path': path,
      te: 'trailers',
    });
    far.on('error', () => near.close(constants.NGHTTP2_CANCEL));
    near.on('close', () => far.close(constants.NGHTTP2_CANCEL));
    near.on('end', () => far.end());
    near.on('data', (chunk: Buffer) => {
      // A call for appends may be open since before the resignation: each append is judged anew.
      if (path === APPENDS && needsLeader && !this.leads) {
        far.close(constants.NGHTTP2_CANCEL);
        if (near.headersSent) near.close(constants.NGHTTP2_CANCEL);
        else this.refuse(near);
      } else far.write(chunk);
    });
    this.answer(near, far, path);
  }

  private answer(
    near: ServerHttp2Stream,
    far: ReturnType<ClientHttp2Session['request']>,
    path: string,
  ): void {
    const frames = new Frames();
    let waiting: Buffer[] = [];
    let trailers: Record<string, unknown> = {};
    let isOver = false;
    const flush = () => {
      if (near.destroyed) return;
      while (waiting[0] !== undefined && (path !== READS || this.shows(waiting[0]))) {
        near.write(waiting.shift());
      }
      if (isOver) near.end();
    };
    this.held.add(flush);
    near.on('close', () => this.held.delete(flush));
    far.on('response', (headers, flags) => {
      if (near.destroyed || near.headersSent) return;
      const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      near.respond(headers, endStream ? { endStream } : withTrailers);
    });
    far.on('trailers', (received: Record<string, unknown>) => (trailers = received));
    near.on('wantTrailers', () => near.sendTrailers(ownHeaders(trailers)));
    far.on('data', (chunk: Buffer) => {
      waiting.push(...frames.push(chunk));
      flush();
    });
    far.on('end', () => {
      isOver = true;
      // What a read does not get to see is not there for it.
      waiting = waiting.filter((frame) => path !== READS || this.shows(frame));
      flush();
    });
  }

  private shows(frame: Buffer): boolean {
    const { replicatedTo } = this;
    if (this.leads || replicatedTo === undefined) return true;
    const answer = streams.ReadResp.deserializeBinary(messageOf(frame));
    const position = answer.getEvent()?.getCommitPosition();
    return position === undefined || BigInt(position) <= replicatedTo;
  }
}

const withTrailers = { waitForTrailers: true } as const;

function trailersOnly(status: number, message: string) {
  return {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': String(status),
    'grpc-message': message,
  };
}

function ownHeaders(headers: Record<string, unknown>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!OF_CONNECTIONS.test(name)) own[name] = String(value);
  }
  return own;
}
