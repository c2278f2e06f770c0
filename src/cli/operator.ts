// Who runs a command, by the system's name.
import { userInfo } from 'node:os';

/** Undefined for a user without a name, as a container can have. */
export function operatorName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
