// Derives data/online-retail/price-list.json from the month's invoices: each stock code's name and
// price on its latest line that has a price. Needs a build.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { derivePriceList } from '../dist/import/price-list.js';

const folder = new URL('../data/online-retail/', import.meta.url);
const products = await derivePriceList(fileURLToPath(new URL('2010-12.csv.gz', folder)));
const lines = products.map((product) => `  ${JSON.stringify(product)}`);
writeFileSync(new URL('price-list.json', folder), `[\n${lines.join(',\n')}\n]\n`);
