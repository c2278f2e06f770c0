// The versions of Node.js in which the node works.
import { UnsupportedNodeError } from './errors.js';

/** Before it, `node:sqlite` is absent, or gives no rows as arrays, and sound logs look damaged. */
const FIRST_MAJOR = 24;

/**
 * Package managers only warn of another version than `engines` names.
 *
 * @throws UnsupportedNodeError
 */
export function demandNode(version = process.versions.node): void {
  if (Number.parseInt(version, 10) >= FIRST_MAJOR) return;
  throw new UnsupportedNodeError(
    `The embedded node needs Node ${FIRST_MAJOR} or newer and was started by Node ${version}`,
  );
}
