// `cartograph import online-retail FILE…`
import { SingleBar } from 'cli-progress';
import type { Config } from '../service/config.js';
import { decimal } from '../domain/money.js';
import { importOnlineRetail, type ImportSummary } from '../import/import-online-retail.js';
import { loadPricing } from '../pricing/pricing-module.js';
import { EXIT } from './exit.js';
import { print } from './output.js';
import { untilShown } from './until-shown.js';
import { withStore } from './with-store.js';

export async function runImport(
  config: Config,
  paths: readonly string[],
  { json }: { readonly json: boolean },
): Promise<number> {
  const pricing = await loadPricing(config.pricingRules);
  const bar = progressBar();
  try {
    const onProgress = (done: number, total: number) => bar.show(done, total);
    const summary = await withStore(config, async (store, { isServed }) => {
      const imported = await importOnlineRetail({ store, paths, pricing, onProgress });
      bar.end();
      if (isServed && !(await untilShown(store, config))) {
        process.stderr.write('It is all stored, but the server does not show all of it yet.\n');
      }
      return imported;
    });
    await print(json ? JSON.stringify(summary) : inWords(summary));
    return EXIT.done;
  } finally {
    bar.end();
  }
}

function progressBar() {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    format: 'Importing {bar} {value} of {total} invoices, {eta_formatted} left',
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show: (done: number, total: number) => {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

function inWords(summary: ImportSummary): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const { minorUnits, currency } = summary.revenue;
  const skipped = Object.entries(summary.skipped).map(
    ([reason, lines]) => `  ${number(lines).padStart(9)}  ${reason}`,
  );
  return [
    `Read ${number(summary.lines)} lines, imported ${number(summary.imported)}.`,
    ...(skipped.length > 0 ? ['Skipped:', ...skipped] : []),
    `${number(summary.orders)} orders, ${number(summary.units)} units, ${decimal(minorUnits, currency)} ${currency} revenue.`,
    `${number(summary.events)} events appended in ${summary.seconds.toFixed(1)} s.`,
  ].join('\n');
}
