// The status of projections, of the system and of users, as messages of the protocol.
import messages from '@eventstore/db-client/generated/projections_pb.js';
import type { ManagedProjection } from '../user-projections/managed-projection.js';
import type { ProjectionName } from './emitted-links.js';
import type { SystemProjections } from './system-projections.js';

export type StatisticsResp = InstanceType<typeof messages.StatisticsResp>;

export function systemStatistics(
  projections: SystemProjections,
  name: ProjectionName,
): StatisticsResp {
  const { status, version, position, endOfLog } = projections.progressOf(name);
  const at = `C:${position}/P:${position}`;
  const details = new messages.StatisticsResp.Details();
  details.setName(name).setEffectivename(name).setMode('Continuous').setStatus(status);
  details.setPosition(at).setLastcheckpoint(at);
  details.setProgress(endOfLog === 0 ? 100 : (100 * position) / endOfLog);
  details.setEpoch('-1').setVersion(String(version));
  return new messages.StatisticsResp().setDetails(details);
}

export function userStatistics(projection: ManagedProjection): StatisticsResp {
  const { name, mode, epoch, version } = projection.definition;
  const progress = projection.progress();
  const details = new messages.StatisticsResp.Details();
  details.setName(name).setEffectivename(name).setMode(mode).setStatus(statusText(projection));
  details.setStatereason(projection.reason).setEpoch(String(epoch)).setVersion(String(version));
  details.setPosition(progress.position).setLastcheckpoint(progress.lastCheckpoint);
  details.setProgress(progress.progress).setPartitionscached(progress.partitionsCached);
  details.setEventsprocessedafterrestart(String(progress.eventsProcessed));
  details.setBufferedevents(String(progress.buffered));
  details.setCoreprocessingtime(String(progress.processingMs));
  return new messages.StatisticsResp().setDetails(details);
}

/** As the real server says it: with the state of the running part, where the two differ. */
function statusText({ status, definition, hasRun }: ManagedProjection): string {
  if (status === 'Aborted') return 'Aborted/Stopped';
  const isResting = status === 'Stopped' || (status === 'Faulted' && hasRun);
  return isResting && definition.isEnabled ? `${status} (Enabled)` : status;
}
