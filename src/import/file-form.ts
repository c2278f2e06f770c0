// The form of a file: its encoding, separator, columns, order of dates and decimal mark. Each is an
// option or is detected from the whole file before lines are read; an ambiguous form is an error.
import { parse, type Parser } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import { type Columns, columnsOf } from './columns.js';
import { type DateOrder, DateSurvey } from './dates.js';
import { encodingOf, textOf } from './encoding.js';
import { AmbiguousFileError, fileError, NotOnlineRetailError } from './file-errors.js';
import type { FileSource } from './file-source.js';
import { type DecimalMark, MarkSurvey } from './numbers.js';

export interface FileForm {
  readonly encoding: string;
  readonly separator: string;
  readonly columns: Columns;
  readonly dateOrder: DateOrder;
  readonly decimalMark: DecimalMark;
}

/** The options, which replace detection. */
export type AskedForm = Partial<Pick<FileForm, 'encoding' | 'dateOrder' | 'decimalMark'>>;

/** The most common first; it wins if two fit, which cannot happen with this file's header. */
export const SEPARATORS = [',', ';', '\t', '|'];
/** A quote that is never closed must not load the rest of a large file into memory. */
const MAX_ROW_BYTES = 1024 * 1024;

/**
 * @throws NotOnlineRetailError, AmbiguousFileError, UnbelievableFileError, and the system's error
 */
export async function formOf(source: FileSource, asked: AskedForm = {}): Promise<FileForm> {
  const { path } = source;
  const encoding = asked.encoding ?? (await encodingOf(source));
  const { separator, columns } = await layoutOf(source, encoding);
  const dates = new DateSurvey();
  const marks = new MarkSurvey();
  for await (const row of rowsOf(source, { encoding, separator })) {
    dates.see(row[columns.date]?.trim() ?? '');
    marks.see(row[columns.price]?.trim() ?? '');
  }
  return {
    encoding,
    separator,
    columns,
    dateOrder: asked.dateOrder ?? dates.order(path),
    decimalMark: asked.decimalMark ?? marks.mark(path, separator),
  };
}

type Layout = Pick<FileForm, 'separator' | 'columns'>;

/**
 * Detected from the header alone.
 *
 * @throws NotOnlineRetailError, AmbiguousFileError
 */
async function layoutOf(source: FileSource, encoding: string): Promise<Layout> {
  let fewest: readonly string[] | undefined;
  for (const separator of SEPARATORS) {
    const header = await headerOf(source, { encoding, separator });
    if (header === undefined) throw new NotOnlineRetailError(`${source.path} is empty`);
    const found = columnsOf(header);
    if ('columns' in found) return { separator, columns: found.columns };
    if ('doubled' in found) {
      throw new AmbiguousFileError(
        `${source.path} has two columns ${found.doubled}: remove one, or give it another name`,
      );
    }
    if (fewest === undefined || found.missing.length < fewest.length) fewest = found.missing;
  }
  throw new NotOnlineRetailError(`${source.path} has no column ${fewest?.join(', ')}`);
}

/** The first row; undefined for an empty file. */
export async function headerOf(
  source: FileSource,
  form: Pick<FileForm, 'encoding' | 'separator'>,
): Promise<readonly string[] | undefined> {
  for await (const row of parsed(source, form, { to: 1 })) return row;
  return undefined;
}

/**
 * All rows after the header.
 *
 * @throws NotOnlineRetailError, UnbelievableFileError, and the system's error
 */
export function rowsOf(
  source: FileSource,
  form: Pick<FileForm, 'encoding' | 'separator'>,
): AsyncIterable<readonly string[]> {
  return parsed(source, form, { from: 2 });
}

async function* parsed(
  source: FileSource,
  { encoding, separator }: Pick<FileForm, 'encoding' | 'separator'>,
  part: { readonly from?: number; readonly to?: number },
): AsyncIterable<readonly string[]> {
  const parser: Parser = parse({
    bom: true,
    delimiter: separator,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    ...part,
  });
  const text = Readable.from(textOf(source, encoding), { objectMode: false });
  // The iteration below throws the same error, so the callback ignores it.
  pipeline(text, parser, () => undefined);
  try {
    yield* parser as AsyncIterable<readonly string[]>;
  } catch (error) {
    throw fileError(source.path, error);
  } finally {
    text.destroy();
  }
}
