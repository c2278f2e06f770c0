// What the declarations of all commands share: how an action ends, where its settings come from,
// and how its examples are shown.
import type { Config, Environment } from '../service/config.js';
import { endWith } from './ending.js';

/** Makes an action of work that results in an exit code. */
export function running<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    endWith(await work(...given));
  };
}

/** Flags win over the environment. @throws SettingError */
export async function configFrom(flags: Environment = {}): Promise<Config> {
  const { loadConfig } = await import('../service/config.js');
  return loadConfig(process.env, flags);
}

/**
 * The end of a help text. Every example runs as it is on a sample shop and prints something;
 * test/cli/examples.test.ts runs them all, in the order of the help texts.
 */
export function examples(...calls: readonly string[]): string {
  const title = calls.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${calls.map((call) => `  npx cartograph ${call}`).join('\n')}`;
}
