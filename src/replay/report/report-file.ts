// Writes the report to a file in the format of its extension. Only JSON can be read back:
// compensating and accepting need every cart and the id that detects an edit.
import { access, constants, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { csvOf } from './csv.js';
import { htmlOf } from './html.js';
import { type ImpactReport, parseReport, ReportError } from './impact-report.js';

const forms: Readonly<Record<string, (report: ImpactReport, shopUrl?: string) => string>> = {
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  '.csv': csvOf,
  '.html': htmlOf,
};

export interface ReportPlace {
  readonly path: string;
  /** Whether to replace an existing report. */
  readonly force: boolean;
  /** The shop's address, for links of a page to its carts. */
  readonly shopUrl?: string | undefined;
}

/**
 * Checked before a long replay.
 *
 * @throws ReportError for an unknown extension, a folder that cannot be written, or an existing
 * file
 */
export async function demandReportPlace({
  path,
  force,
}: Pick<ReportPlace, 'path' | 'force'>): Promise<void> {
  if (forms[extname(path)] === undefined) {
    throw new ReportError(`${path}: a report ends in ${Object.keys(forms).join(', ')}`);
  }
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new ReportError(`${path}: the folder does not exist or is not writable`);
  }
  const taken = await stat(path).catch(() => undefined);
  if (taken?.isDirectory()) throw new ReportError(`${path} is a folder`);
  if (taken !== undefined && !force) {
    throw new ReportError(`${path} exists already: --force replaces it`);
  }
}

/** The report names customers, so only its owner may read it. */
const OWNER_ONLY = 0o600;

/**
 * Writes the whole file or nothing.
 *
 * @throws ReportError, or the system's error
 */
export async function writeReport(place: ReportPlace, report: ImpactReport): Promise<void> {
  await demandReportPlace(place);
  const { path, shopUrl } = place;
  const form = forms[extname(path)] ?? htmlOf;
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, form(report, shopUrl), { flag: 'wx', mode: OWNER_ONLY });
  await rename(unfinished, path);
}

/** @throws ReportError for a file that is not a report or was edited, or the system's error */
export async function readReport(path: string): Promise<ImpactReport> {
  if (extname(path) !== '.json') throw new ReportError(`${path}: only a .json report can be read`);
  return parseReport(await readFile(path, 'utf8'));
}
