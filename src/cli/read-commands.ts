// `cartograph inspect STREAM` and `cartograph export`: the log as it is, for people and for programs.
import type { Config } from '../service/config.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { CommandFailure, EXIT } from './exit.js';
import { instant } from './instant.js';
import { print } from './output.js';
import { withExistingStore } from './with-store.js';

/** A position does not fit JSON's numbers. */
function asJson({ position, recordedAt, ...event }: StoredEvent): string {
  return JSON.stringify({
    ...event,
    position: String(position),
    recordedAt: new Date(recordedAt).toISOString(),
  });
}

function asLine({ revision, metadata, type, data }: StoredEvent): string {
  return `${String(revision).padStart(6)}  ${metadata.occurredAt}  ${type.padEnd(16)}  ${JSON.stringify(data)}`;
}

export async function runInspect(
  config: Config,
  stream: string,
  { json }: { readonly json: boolean },
): Promise<number> {
  if (stream === '') throw new CommandFailure(EXIT.usage, 'STREAM must have a name');
  return withExistingStore(config, async (store) => {
    let count = 0;
    for await (const event of store.readStream(stream)) {
      count += 1;
      if (!(await print(json ? asJson(event) : asLine(event)))) return EXIT.done;
    }
    if (count === 0) throw new CommandFailure(EXIT.no, `There is no stream ${stream}`);
    return EXIT.done;
  });
}

export interface ExportOptions {
  /** Instants between which an event has occurred. */
  readonly from?: string;
  readonly to?: string;
  /** Such as cart, order, product. */
  readonly category?: string;
}

export async function runExport(config: Config, options: ExportOptions): Promise<number> {
  const from = instant('--from', options.from, -Infinity);
  const to = instant('--to', options.to, Infinity);
  const prefixes = options.category === undefined ? undefined : [`${options.category}-`];
  return withExistingStore(config, async (store) => {
    for await (const event of store.readAll({ ...(prefixes && { prefixes }) })) {
      const at = Date.parse(event.metadata.occurredAt);
      if (at < from || at >= to) continue;
      if (!(await print(asJson(event)))) break;
    }
    return EXIT.done;
  });
}
