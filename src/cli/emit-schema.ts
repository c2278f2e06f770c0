// Writes the schema, sorted, to schema/schema.graphql, where clients and reviewers read it.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSchema } from '../graphql/schema.js';
import { printed } from '../graphql/print-schema.js';

const path = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));
writeFileSync(path, printed(await createSchema()));
