// `cartograph inspect STREAM` and `cartograph export`: the log as it is, for people and for
// programs.
import type { Config } from '../../service/config.js';
import type { StoredEvent } from '../../event-store/stored-event.js';
import { demandBeginning } from '../../event-store/stream-beginning.js';
import { CommandFailure, EXIT } from '../exit.js';
import { instant } from '../instant.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

/** A position does not fit JSON's numbers, and bytes are no JSON. */
function asJson({ position, recordedAt, metadata, flaw, data, ...event }: StoredEvent): string {
  return JSON.stringify({
    ...event,
    ...contentOf(data),
    metadata: flaw === undefined ? metadata : (flaw.metadata ?? null),
    ...(flaw && { flaw: flaw.problem }),
    position: String(position),
    recordedAt: new Date(recordedAt).toISOString(),
  });
}

function contentOf(data: unknown): { readonly data: unknown; readonly dataBase64?: string } {
  if (!(data instanceof Uint8Array)) return { data };
  return { data: null, dataBase64: Buffer.from(data).toString('base64') };
}

function asLine({ revision, metadata, type, data, flaw }: StoredEvent): string {
  const line = `${String(revision).padStart(6)}  ${metadata.occurredAt}  ${type.padEnd(16)}  ${asText(data)}`;
  return flaw === undefined ? line : `${line}  (not written by this service: ${flaw.problem})`;
}

function asText(data: unknown): string {
  return data instanceof Uint8Array ? `${data.length} bytes` : JSON.stringify(data);
}

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
      if (!(await print(json ? asJson(event) : asLine(event)))) return EXIT.done;
    }
    // What is gone is said after what is left, and by the exit code.
    if (first !== 0) await demandBeginning(store, stream);
    if (first === undefined) throw new CommandFailure(EXIT.no, `There is no stream ${stream}`);
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

const categories = ['cart', 'order', 'product', 'coupon', 'access'];

function prefixOf(category: string): string {
  if (categories.includes(category)) return `${category}-`;
  throw new CommandFailure(EXIT.usage, `--category must be one of ${categories.join(', ')}`);
}

export async function runExport(config: Config, options: ExportOptions): Promise<number> {
  const from = instant('--from', options.from, -Infinity);
  const to = instant('--to', options.to, Infinity);
  const prefixes = options.category === undefined ? undefined : [prefixOf(options.category)];
  return withExistingStore(config, async (store) => {
    for await (const event of store.readAll({ ...(prefixes && { prefixes }) })) {
      const at = Date.parse(event.metadata.occurredAt);
      if (at < from || at >= to) continue;
      if (!(await print(asJson(event)))) break;
    }
    return EXIT.done;
  });
}
