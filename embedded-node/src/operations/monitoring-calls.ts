// The gRPC service of monitoring: sends statistics by the real server's names until the caller ends
// the call. It includes only the statistics that this node has.
import { freemem, loadavg } from 'node:os';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { IMonitoringServer } from '@eventstore/db-client/generated/monitoring_grpc_pb.js';
import messages from '@eventstore/db-client/generated/monitoring_pb.js';
import type { Log } from '../log/log.js';

type StatsCall = ServerWritableStream<
  InstanceType<typeof messages.StatsReq>,
  InstanceType<typeof messages.StatsResp>
>;

/** Minimum interval. */
const SHORTEST_MS = 100;
/** Maximum of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

export function monitoringHandlers(
  log: Log,
  startedAtMs: number,
  stopping: AbortSignal,
): IMonitoringServer {
  return {
    stats: (call: StatsCall) => {
      const send = () => {
        // A slow reader skips statistics and gets the latest ones when it reads.
        if (!call.writableNeedDrain) call.write(statsOf(log, startedAtMs));
      };
      const asked = Number(BigInt.asUintN(64, BigInt(call.request.getRefreshTimePeriodInMs())));
      const timer = setInterval(send, Math.min(Math.max(asked, SHORTEST_MS), LONGEST_MS));
      const end = () => {
        clearInterval(timer);
        stopping.removeEventListener('abort', end);
        call.end();
      };
      for (const name of ['cancelled', 'close', 'error']) call.on(name, end);
      stopping.addEventListener('abort', end);
      send();
    },
  };
}

function statsOf(log: Log, startedAtMs: number): InstanceType<typeof messages.StatsResp> {
  const response = new messages.StatsResp();
  const [load1 = 0, load5 = 0, load15 = 0] = loadavg();
  const stats = {
    'proc-startTime': new Date(startedAtMs).toISOString(),
    'proc-id': process.pid,
    'proc-mem': process.memoryUsage().rss,
    'sys-freeMem': freemem(),
    'sys-loadavg-1m': load1,
    'sys-loadavg-5m': load5,
    'sys-loadavg-15m': load15,
    'es-checksum': log.end,
    'es-checksumNonFlushed': log.end,
  };
  for (const [name, value] of Object.entries(stats))
    response.getStatsMap().set(name, String(value));
  return response;
}
