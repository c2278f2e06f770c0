// The files of schema/ as tests read them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param name such as schema.graphql */
export function read(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../schema/${name}`, import.meta.url)), 'utf8');
}
