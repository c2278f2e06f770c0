// `cartograph export REPORT`: writes a report on sales or carts for other programs.
import { isCurrency } from '../../domain/currencies.js';
import { isBehind, untilProjected } from '../../projections/until-projected.js';
import { openReadModels } from '../../read-models/open.js';
import { isDay, lengthInDays, type Period } from '../../read-models/period.js';
import { isTimeZone } from '../../read-models/zone-clock.js';
import type { Config } from '../../service/config.js';
import { csvCell } from '../csv-cell.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';
import { reportKinds, type ReportRow } from './report-rows.js';

export interface ExportReportOptions extends WaitOption {
  readonly firstDay: string;
  readonly lastDay?: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly format: string;
}

/** The read models of the reports. */
const names = ['revenue-by-day', 'order-sales', 'cart-funnel'];
/** Ten years. */
const MOST_DAYS = 3_653;

/** @param name of `reportKinds` */
export async function runExportReport(
  config: Config,
  name: string,
  options: ExportReportOptions,
): Promise<number> {
  const kind = reportKinds[name];
  if (kind === undefined) throw new RangeError(`There is no report ${name}`);
  const { columns } = kind;
  const period = periodOf(options, config);
  const currency = currencyOf(options);
  const line = lineFormat(options.format, columns);
  const patience = patienceOf(options, 'export');
  await withExistingStore(
    config,
    async (store, { isServed }) => {
      const isFollowed = isServed || config.eventStoreUrl !== undefined;
      const isShown = isFollowed
        ? await untilProjected(store, config, { names })
        : !(await isBehind(store, config, { names }));
      if (!isShown) throw behind;
    },
    patience,
  );
  const reads = await openReadModels(config);
  try {
    const { reports } = reads;
    const currencies = currency === undefined ? await reports.currencies(period) : [currency];
    if (options.format === 'csv' && !(await print(columns.join(',')))) return EXIT.done;
    for await (const row of kind.rows({ reports, period, currencies })) {
      if (!(await print(line(row)))) break;
    }
    return EXIT.done;
  } finally {
    await reads.close();
  }
}

const behind = new CommandFailure(
  EXIT.unavailable,
  'The read models are behind the log: start the service, which brings them up to date',
);

/** @throws CommandFailure */
function periodOf(options: ExportReportOptions, { shopTimeZone }: Config): Period {
  const { firstDay, lastDay = firstDay, timeZone = shopTimeZone } = options;
  for (const [flag, day] of [
    ['--first-day', firstDay],
    ['--last-day', lastDay],
  ] as const) {
    if (!isDay(day)) throw wrong(`${flag} ${day} is not a day such as 2010-12-01`);
  }
  const length = lengthInDays({ firstDay, lastDay });
  if (length < 1) throw wrong('--first-day must not be later than --last-day');
  if (length > MOST_DAYS) throw wrong(`A report has at most ${MOST_DAYS} days`);
  if (!isTimeZone(timeZone)) {
    throw wrong('--time-zone must be a name of the IANA database, such as Europe/London');
  }
  return { firstDay, lastDay, timeZone };
}

/** @throws CommandFailure */
function currencyOf({ currency }: ExportReportOptions): string | undefined {
  if (currency === undefined || isCurrency(currency)) return currency;
  throw wrong('--currency must be a code of ISO 4217, such as GBP');
}

/** @throws CommandFailure */
function lineFormat(format: string, columns: readonly string[]): (row: ReportRow) => string {
  const cellsOf = (row: ReportRow) => columns.map((column) => row[column] ?? '');
  switch (format) {
    case 'csv':
      return (row) => cellsOf(row).map(csvCell).join(',');
    case 'ndjson':
      return (row) =>
        JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column]])));
    default:
      throw wrong('--format must be csv or ndjson');
  }
}

function wrong(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message);
}
