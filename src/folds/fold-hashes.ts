// The fold hashes in use. From sources, this module computes them; the build
// (scripts/ensure-built.js) replaces it with constants, which survive a bundler.
import { computeFoldHashes } from './fold-hash.js';

export const foldHashes = computeFoldHashes();
