// `cartograph import online-retail FILE…`: imports invoices.
import type { Config } from '../../service/config.js';
import type { EventStore } from '../../event-store/event-store.js';
import { dateOrderNamed } from '../../import/dates.js';
import { encodingNamed } from '../../import/encoding.js';
import type { AskedForm } from '../../import/file-form.js';
import {
  importOnlineRetail,
  type ImportSummary,
  type LeftOutInvoice,
} from '../../import/import-online-retail.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { untilProjected } from '../../projections/until-projected.js';
import { CommandFailure, EXIT } from '../exit.js';
import { demandFiles } from '../input-files.js';
import type { LogConnection } from '../log-connection.js';
import { print, tellBehind } from '../output.js';
import { patienceOf } from '../patience.js';
import { progressBar } from '../progress-bar.js';
import type { WaitOption } from '../wait-option.js';
import { withStore } from '../with-store.js';

export interface ImportCommandOptions extends WaitOption {
  readonly dateFormat?: string;
  readonly encoding?: string;
  readonly decimalMark?: string;
  readonly json: boolean;
}

export async function runImport(
  config: Config,
  paths: readonly string[],
  options: ImportCommandOptions,
): Promise<number> {
  const form = formOf(options);
  const patience = patienceOf(options, 'import');
  await demandFiles(paths);
  const pricing = await loadPricing(config.pricingRules);
  const bar = progressBar('invoices');
  try {
    const onProgress = (done: number, total: number) => bar.show(done, total);
    const work = async (store: EventStore, { isServed }: LogConnection) => {
      const imported = await importOnlineRetail({
        store,
        patience,
        paths,
        pricing,
        form,
        onProgress,
      });
      bar.end();
      if (isServed && !(await untilProjected(store, config))) tellBehind();
      return imported;
    };
    const summary = await withStore(config, work, patience);
    await print(options.json ? JSON.stringify(summary) : inWords(summary));
    return EXIT.done;
  } finally {
    bar.end();
  }
}

/** @throws CommandFailure for an invalid value */
function formOf({ dateFormat, encoding, decimalMark }: ImportCommandOptions): AskedForm {
  return {
    ...asked('dateOrder', dateFormat, dateOrderNamed, '--date-format', 'd/m/y, m/d/y or y-m-d'),
    ...asked('encoding', encoding, encodingNamed, '--encoding', 'utf-8, utf-16le or windows-1252'),
    ...asked('decimalMark', decimalMark, decimalMarkNamed, '--decimal-mark', '. or ,'),
  };
}

function asked<Name extends keyof AskedForm>(
  name: Name,
  text: string | undefined,
  named: (text: string) => AskedForm[Name],
  flag: string,
  examples: string,
): Pick<AskedForm, Name> | undefined {
  if (text === undefined) return undefined;
  const value = named(text);
  if (value !== undefined) return { [name]: value } as Pick<AskedForm, Name>;
  throw new CommandFailure(EXIT.usage, `${flag} must be, for example, ${examples}`);
}

function decimalMarkNamed(text: string): AskedForm['decimalMark'] {
  return text === '.' || text === ',' ? text : undefined;
}

function inWords(summary: ImportSummary): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const { decimal, currency } = summary.revenue;
  const skipped = Object.entries(summary.skipped).map(
    ([reason, lines]) => `  ${number(lines).padStart(9)}  ${reason}`,
  );
  return [
    `Read ${number(summary.lines)} lines, imported ${number(summary.imported)}.`,
    ...(skipped.length > 0 ? ['Skipped:', ...skipped] : []),
    ...leftOutInWords(summary.leftOut),
    `${number(summary.orders)} orders, ${number(summary.units)} units, ${decimal} ${currency} revenue.`,
    `${number(summary.events)} events appended in ${summary.seconds.toFixed(1)} s.`,
  ].join('\n');
}

/** The text lists at most this many; `--json` lists all. */
const MOST_LISTED = 20;

function leftOutInWords(leftOut: readonly LeftOutInvoice[]): string[] {
  const more = leftOut.length - MOST_LISTED;
  return [
    ...leftOut
      .slice(0, MOST_LISTED)
      .map(
        ({ invoice, lines, reason }) => `LEFT OUT  invoice ${invoice} (${lines} lines): ${reason}`,
      ),
    ...(more > 0 ? [`… and ${more} more invoices; --json lists them all`] : []),
  ];
}
