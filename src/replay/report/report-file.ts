// The report as a file, in the form that the file's name asks for. Only the JSON can be read back:
// compensating and accepting need every cart, and the id that an edit gives away.
import { access, constants, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { csvOf } from './csv.js';
import { htmlOf } from './html.js';
import { type ImpactReport, parseReport, ReportError } from './impact-report.js';

const forms: Readonly<Record<string, (report: ImpactReport) => string>> = {
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  '.csv': csvOf,
  '.html': htmlOf,
};

export interface ReportPlace {
  readonly path: string;
  /** Whether a report that is there may be replaced. */
  readonly force: boolean;
}

/**
 * To be asked before a long replay.
 * @throws ReportError for a name that asks for none of the forms, a folder that takes no file, or a
 * place that is taken
 */
export async function demandReportPlace({ path, force }: ReportPlace): Promise<void> {
  if (forms[extname(path)] === undefined) {
    throw new ReportError(`${path}: a report ends in ${Object.keys(forms).join(', ')}`);
  }
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new ReportError(`${path}: no file can be written to that folder`);
  }
  const taken = await stat(path).catch(() => undefined);
  if (taken?.isDirectory()) throw new ReportError(`${path} is a folder`);
  if (taken !== undefined && !force) {
    throw new ReportError(`${path} is there already: --force replaces it`);
  }
}

/** It names customers, so only its owner may read it. */
const OWNER_ONLY = 0o600;

/** The file is there whole or not at all. @throws ReportError, or the system's error */
export async function writeReport(place: ReportPlace, report: ImpactReport): Promise<void> {
  await demandReportPlace(place);
  const { path } = place;
  const form = forms[extname(path)] ?? htmlOf;
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, form(report), { flag: 'wx', mode: OWNER_ONLY });
  await rename(unfinished, path);
}

/** @throws ReportError for what is no report or was edited, or the system's error */
export async function readReport(path: string): Promise<ImpactReport> {
  if (extname(path) !== '.json') throw new ReportError(`${path}: only a .json report can be read`);
  return parseReport(await readFile(path, 'utf8'));
}
