// The streams in which a projection keeps what it knows, by the real server's names.
import type { SourceDefinition } from '../sandbox/protocol.js';

/** Lists every projection that was created and deleted. */
export const REGISTRATIONS = '$projections-$all';

export const definitionStream = (name: string) => `$projections-${name}`;
export const checkpointStream = (name: string) => `$projections-${name}-checkpoint`;
export const emittedStreamsStream = (name: string) => `$projections-${name}-emittedstreams`;
export const partitionsStream = (name: string) => `$projections-${name}-partitions`;

export function partitionCheckpointStream(name: string, partition: string): string {
  return `$projections-${name}-${partition}-checkpoint`;
}

type ResultNames = Pick<SourceDefinition, 'resultStreamName' | 'partitionResultStreamNamePattern'>;

export function resultStream(name: string, { resultStreamName }: ResultNames): string {
  return resultStreamName ?? `$projections-${name}-result`;
}

export function partitionResultStream(
  name: string,
  { partitionResultStreamNamePattern }: ResultNames,
  partition: string,
): string {
  const pattern = partitionResultStreamNamePattern ?? `$projections-${name}-{0}-result`;
  return pattern.replaceAll('{0}', () => partition);
}
