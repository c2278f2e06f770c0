// Finds the columns of a file: copies of the data set use several names for each, in any order.

/** The columns that the import reads, by position. */
export interface Columns {
  readonly invoice: number;
  readonly sku: number;
  readonly name: number;
  readonly quantity: number;
  readonly date: number;
  readonly price: number;
  readonly customer: number;
}

type ColumnName = keyof Columns;

/** The original name first. Names are compared in lower case, by letters and digits only. */
const names: Readonly<Record<ColumnName, readonly [string, ...string[]]>> = {
  invoice: ['InvoiceNo', 'Invoice', 'InvoiceNumber', 'InvoiceID'],
  sku: ['StockCode', 'SKU', 'ProductCode', 'ItemCode'],
  name: ['Description', 'ProductName', 'ProductDescription', 'ItemDescription', 'ItemName'],
  quantity: ['Quantity', 'Qty'],
  date: ['InvoiceDate', 'InvoiceDateTime', 'InvoiceTime', 'DateTime', 'Date'],
  price: ['UnitPrice', 'Price', 'PricePerUnit', 'ItemPrice'],
  customer: ['CustomerID', 'Customer', 'CustomerNo', 'CustomerNumber'],
};

export type FoundColumns =
  | { readonly columns: Columns }
  | { readonly missing: readonly string[] }
  | { readonly doubled: string };

export function columnsOf(header: readonly string[]): FoundColumns {
  const plain = header.map(plainName);
  const columns: Partial<Record<ColumnName, number>> = {};
  const missing: string[] = [];
  for (const column of Object.keys(names) as ColumnName[]) {
    const name = names[column].map(plainName).find((one) => plain.includes(one));
    if (name === undefined) {
      missing.push(names[column][0]);
      continue;
    }
    const at = plain.indexOf(name);
    if (plain.lastIndexOf(name) !== at) return { doubled: header[at]?.trim() ?? name };
    columns[column] = at;
  }
  return missing.length > 0 ? { missing } : { columns: columns as Columns };
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
