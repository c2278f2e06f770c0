// Writes docs/events.md, the page of all stored events.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventCatalogue } from './event-catalogue.js';

writeFileSync(fileURLToPath(new URL('../../docs/events.md', import.meta.url)), eventCatalogue());
