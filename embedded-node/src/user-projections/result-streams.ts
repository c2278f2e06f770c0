// The events that show a projection's results: in one stream of its own, and for a partition in the
// partition's stream with a link in the first.
import type { BatchOutcome, SourceDefinition } from '../sandbox/protocol.js';
import type { Emission } from './emitter.js';
import type { EventCause, Incoming } from './incoming-events.js';
import { partitionResultStream, partitionsStream, resultStream } from './names.js';
import type { PartitionStates } from './partition-states.js';
import type { Position } from './position.js';

export class ResultStreams {
  constructor(
    private readonly name: string,
    private readonly sources: SourceDefinition,
    private readonly states: PartitionStates,
  ) {}

  /** What a batch shows; empty for a query that shows its results at its end. */
  of({ results }: BatchOutcome, incoming: readonly Incoming[]): Emission[] {
    const last = new Map<string, string | null>();
    return results.flatMap(({ cause, partition, result }) => {
      const source = incoming[cause]?.cause;
      if (source === undefined) throw new Error(`There is no event ${cause} in the batch`);
      const known = this.states.of(partition);
      const before = last.has(partition) ? (last.get(partition) ?? null) : known.result;
      const isNew = partition !== '' && !last.has(partition) && known.state === null;
      last.set(partition, result);
      return [
        ...(isNew ? [this.newPartition(partition, source)] : []),
        ...(before === result ? [] : [this.result(partition, result, source)]),
      ];
    });
  }

  /** All results of a query, when it has read everything. */
  atEnd(position: Position): Emission[] {
    if (!this.sources.definesFold) return [this.end(position)];
    const cause = byNoEvent(position);
    const shown = [...this.states.all()].map(([, { result }]) => ({
      ...this.result('', result, cause),
      type: 'Result',
    }));
    return [...shown, this.end(position)];
  }

  private end(position: Position): Emission {
    return { ...this.result('', null, byNoEvent(position)), type: '$Eof' };
  }

  private result(partition: string, result: string | null, cause: EventCause): Emission {
    const common = resultStream(this.name, this.sources);
    const { resultStreamName, partitionResultStreamNamePattern } = this.sources;
    return {
      isOwn: resultStreamName === null && partitionResultStreamNamePattern === null,
      stream: partition === '' ? common : partitionResultStream(this.name, this.sources, partition),
      type: result === null ? 'ResultRemoved' : 'Result',
      data: result ?? '',
      isJson: true,
      metadata: null,
      cause,
      ...(partition !== '' && { linkedFrom: common }),
    };
  }

  private newPartition(partition: string, cause: EventCause): Emission {
    return {
      isOwn: true,
      stream: partitionsStream(this.name),
      type: '$partition',
      data: partition,
      isJson: false,
      metadata: null,
      cause: { ...byNoEvent(cause.position), places: cause.places },
    };
  }
}

function byNoEvent(position: Position): EventCause {
  return { position, places: [], eventId: '', correlationId: undefined };
}
