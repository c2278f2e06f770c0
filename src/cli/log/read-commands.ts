// `cartograph inspect STREAM` and `cartograph export`: print the log, for people and for programs.
import type { Config } from '../../service/config.js';
import type { EventStore } from '../../event-store/event-store.js';
import { relayedCategories } from '../../relay/layout.js';
import { demandBeginning } from '../../event-store/stream-beginning.js';
import { CommandFailure, EXIT } from '../exit.js';
import { period } from '../instant.js';
import { print } from '../output.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';
import { eventAsJson, eventAsLine } from './event-text.js';

export async function runInspect(
  config: Config,
  stream: string,
  { json }: { readonly json: boolean },
): Promise<number> {
  if (stream === '') throw new CommandFailure(EXIT.usage, 'STREAM must have a name');
  return withExistingStore(config, async (store) => {
    let first: number | undefined;
    for await (const event of store.readStream(stream)) {
      first ??= event.revision;
      if (!(await print(json ? eventAsJson(event) : eventAsLine(event)))) return EXIT.done;
    }
    // The remaining events are printed first; then the error reports the missing ones.
    if (first !== 0) await demandBeginning(store, stream);
    if (first === undefined) throw new CommandFailure(EXIT.no, `There is no stream ${stream}`);
    return EXIT.done;
  });
}

export interface ExportOptions extends WaitOption {
  /** Only events that occurred between these instants. */
  readonly from?: string;
  readonly to?: string;
  /** For example cart, order or product. */
  readonly category?: string;
}

function prefixOf(category: string): string {
  const known: readonly string[] = relayedCategories;
  if (known.includes(category)) return `${category}-`;
  throw new CommandFailure(EXIT.usage, `--category must be one of ${known.join(', ')}`);
}

export async function runExport(config: Config, options: ExportOptions): Promise<number> {
  const { from, to } = period(options);
  const prefixes = options.category === undefined ? undefined : [prefixOf(options.category)];
  const patience = patienceOf(options, 'export');
  const work = async (store: EventStore) => {
    for await (const event of store.readAll({ ...(prefixes && { prefixes }) })) {
      const at = Date.parse(event.metadata.occurredAt);
      if (at < from || at >= to) continue;
      if (!(await print(eventAsJson(event)))) break;
    }
    return EXIT.done;
  };
  return withExistingStore(config, work, patience);
}
