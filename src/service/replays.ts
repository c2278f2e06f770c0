// The service's replay desk: administrators replay on the running service's own data.
import type { StaffReplays } from '../graphql/services.js';
import type { Logger } from '../http/log.js';
import type { ReadModels } from '../read-models/read-models.js';
import { ReplayDesk } from '../replay/replay-desk.js';
import type { Config } from './config.js';
import type { EventLog } from './event-log.js';
import type { StartedParts } from './started-parts.js';

export function openReplayDesk(
  { dataDir, databaseUrl, pricingRules, projectionOnError }: Config,
  { connectionString }: EventLog,
  log: Logger,
  parts: StartedParts,
): ReplayDesk {
  const desk = new ReplayDesk({
    place: { dataDir, ...(databaseUrl !== undefined && { databaseUrl }) },
    connectionString,
    ...(pricingRules !== undefined && { pricingRules }),
    onError: projectionOnError,
    onFault: (err) => log.error({ err }, 'a replay failed; the next one goes on where it was'),
  });
  parts.addActivity('replays', () => desk.stop());
  return desk;
}

export function staffReplays(desk: ReplayDesk, { replayRecords }: ReadModels): StaffReplays {
  return {
    place: (order, orderer) => desk.place(order, orderer),
    stopRunning: (orderer) => desk.stopRunning(orderer),
    onChange: (listener) => desk.onChange(listener),
    records: replayRecords,
  };
}
