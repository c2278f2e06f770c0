// Gossip: the cluster information for clients with discovery. This node is the only member and the
// leader.
import { randomUUID } from 'node:crypto';
import type { sendUnaryData } from '@grpc/grpc-js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;

const TICKS_PER_MS = 10_000n;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Identifies this run of the node. */
const INSTANCE_ID = randomUUID();

/** The same information as JSON for HTTP, in the real server's format. */
export function gossipJson({ host, port }: Address) {
  const member = {
    instanceId: INSTANCE_ID,
    timeStamp: new Date().toISOString(),
    state: 'Leader',
    isAlive: true,
    httpEndPointIp: host,
    httpEndPointPort: port,
  };
  return { members: [member], serverIp: host, serverPort: port };
}

/** @param address the address for clients, which is known once the port is bound */
export function gossipHandlers(address: () => Address) {
  const instanceId = new shared.UUID().setString(INSTANCE_ID);
  return {
    read: (_call: unknown, answer: sendUnaryData<ClusterInfo>) => {
      const { host, port } = address();
      const endPoint = new gossip.EndPoint();
      endPoint.setAddress(host);
      endPoint.setPort(port);
      const member = new gossip.MemberInfo();
      member.setInstanceId(instanceId);
      member.setTimeStamp(String(BigInt(Date.now()) * TICKS_PER_MS));
      member.setState(gossip.MemberInfo.VNodeState.LEADER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endPoint);
      const cluster = new gossip.ClusterInfo();
      cluster.addMembers(member);
      answer(null, cluster);
    },
  };
}
