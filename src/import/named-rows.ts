// The rows of a CSV file by the names of their columns, which stand in any order, with any case,
// spaces and underscores.
import { encodingOf } from './encoding.js';
import { FileColumnsError } from './file-errors.js';
import { headerOf, rowsOf, SEPARATORS } from './file-form.js';
import { FileSource } from './file-source.js';

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export class NamedRow {
  constructor(
    private readonly columns: ReadonlyMap<string, number>,
    private readonly values: readonly string[],
    /** In the file, from 1 for the header. */
    readonly row: number,
  ) {}

  /** Of the first of these columns that the file has; empty where it has none. */
  text(...names: readonly string[]): string {
    for (const name of names) {
      const at = this.columns.get(plain(name));
      if (at !== undefined) return this.values[at]?.trim() ?? '';
    }
    return '';
  }

  /** Texts of the columns whose plain name matches, in the order of the file. */
  texts(pattern: RegExp): string[] {
    return [...this.columns]
      .filter(([name]) => pattern.test(name))
      .map(([, at]) => this.values[at]?.trim() ?? '');
  }
}

/**
 * @param required columns that the file must have, each with its other names
 * @param known all columns that it may have; default: any
 * @throws FileColumnsError, AmbiguousFileError, and the system's error
 */
export async function* namedRows(
  path: string,
  required: readonly (readonly string[])[],
  known?: readonly string[],
): AsyncIterable<NamedRow> {
  const source = await FileSource.open(path);
  const encoding = await encodingOf(source);
  const { separator, columns } = await layoutOf(source, encoding, required);
  const meant = known?.map(plain);
  const other = [...columns.keys()].find((name) => meant?.includes(name) === false);
  if (other !== undefined) {
    throw new FileColumnsError(
      `${path} has a column ${other}; there are ${known?.join(', ') ?? ''}`,
    );
  }
  let row = 1;
  for await (const values of rowsOf(source, { encoding, separator })) {
    row += 1;
    yield new NamedRow(columns, values, row);
  }
}

async function layoutOf(
  source: FileSource,
  encoding: string,
  required: readonly (readonly string[])[],
) {
  let fewest: readonly string[] | undefined;
  for (const separator of SEPARATORS) {
    const header = (await headerOf(source, { encoding, separator })) ?? [];
    const columns = new Map<string, number>();
    // The first of two columns with one name is the one that the product documents.
    header.forEach((name, at) => {
      if (!columns.has(plain(name))) columns.set(plain(name), at);
    });
    const missing = required
      .filter((names) => !names.some((name) => columns.has(plain(name))))
      .map(([name = '']) => name);
    if (missing.length === 0) return { separator, columns };
    if (fewest === undefined || missing.length < fewest.length) fewest = missing;
  }
  throw new FileColumnsError(`${source.path} has no column ${fewest?.join(', ') ?? ''}`);
}
