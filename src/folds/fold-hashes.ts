// The fold hashes that the program runs with. Run from the sources they are computed from the
// files; the build (scripts/ensure-built.js) replaces this module with constants, which survive a
// bundler.
import { computeFoldHashes } from './fold-hash.js';

export const foldHashes = computeFoldHashes();
