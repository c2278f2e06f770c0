// Writes the sorted schema to schema/schema.graphql, for clients and reviewers.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSchema } from '../graphql/schema.js';
import { printed } from '../graphql/print-schema.js';

const path = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));
writeFileSync(path, printed(await createSchema()));
