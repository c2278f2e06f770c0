// Shared parts of all command declarations: the exit code of an action, its settings, and its
// examples.
import type { Config, Environment } from '../service/config.js';
import { endWith } from './ending.js';

/** Makes an action of work that returns an exit code. */
export function running<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    endWith(await work(...given));
  };
}

/**
 * Flags override the environment.
 *
 * @throws SettingError
 */
export async function configFrom(flags: Environment = {}): Promise<Config> {
  const { loadConfig } = await import('../service/config.js');
  return loadConfig(process.env, flags);
}

/**
 * The end of a help text. Every example runs unchanged on a sample shop and prints something;
 * test/cli/examples.test.ts runs all of them in the order of the help texts.
 */
export function examples(...calls: readonly string[]): string {
  const title = calls.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${calls.map((call) => `  npx cartograph ${call}`).join('\n')}`;
}
