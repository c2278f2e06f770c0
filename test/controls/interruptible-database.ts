// A database that can be cut off, as a network does.
import type { Database } from '../../src/read-models/database.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';

export interface Line {
  isCut: boolean;
  /** Carried out once, after the next call. */
  afterNext?: (() => Promise<unknown>) | undefined;
}

export function interruptible(database: Database): { line: Line; through: Database } {
  const line: Line = { isCut: false };
  const through = new Proxy(database, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return async (...args: unknown[]): Promise<unknown> => {
        if (line.isCut) throw new ReadModelsUnavailableError('the line is cut');
        const answer: unknown = await Reflect.apply(found, target, args);
        const { afterNext } = line;
        line.afterNext = undefined;
        await afterNext?.();
        return answer;
      };
    },
  });
  return { line, through };
}
