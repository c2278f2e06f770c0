// The report as a file, in the form that the file's name asks for. Only the JSON can be read back:
// compensating and accepting need every cart, and the id that an edit gives away.
import { access, constants, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { csvOf } from './csv.js';
import { htmlOf } from './html.js';
import { type ImpactReport, parseReport, ReportError } from './impact-report.js';

const forms: Readonly<Record<string, (report: ImpactReport) => string>> = {
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  '.csv': csvOf,
  '.html': htmlOf,
};

/**
 * To be asked before a long replay.
 * @throws ReportError for a name that asks for none of the forms, or a folder that takes no file
 */
export async function demandReportPlace(path: string): Promise<void> {
  if (forms[extname(path)] === undefined) {
    throw new ReportError(`${path}: a report ends in ${Object.keys(forms).join(', ')}`);
  }
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new ReportError(`${path}: no file can be written to that folder`);
  }
}

/** The file is there whole or not at all. @throws ReportError, or the system's error */
export async function writeReport(path: string, report: ImpactReport): Promise<void> {
  await demandReportPlace(path);
  const form = forms[extname(path)] ?? htmlOf;
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, form(report), { flag: 'wx' });
  await rename(unfinished, path);
}

/** @throws ReportError for what is no report or was edited, or the system's error */
export async function readReport(path: string): Promise<ImpactReport> {
  if (extname(path) !== '.json') throw new ReportError(`${path}: only a .json report can be read`);
  return parseReport(await readFile(path, 'utf8'));
}
