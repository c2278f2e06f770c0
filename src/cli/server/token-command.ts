// `cartograph token`: prints a sign-in for tests.
import type { Config } from '../../service/config.js';
import { makeDataFolder } from '../../service/data-folder.js';
import { MAX_TTL_SECONDS, mintToken, type Role, roles } from '../../tokens/sign-in.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';

export interface TokenOptions {
  readonly role: string;
  readonly subject: string;
  readonly ttl: string;
}

export async function runToken(config: Config, options: TokenOptions): Promise<number> {
  if (config.jwt.jwksUrl !== undefined) {
    throw new CommandFailure(EXIT.usage, 'JWKS_URL is set: only that provider issues sign-ins');
  }
  const { issuer, audience } = config.jwt;
  const signIn = {
    subject: subjectOf(options.subject),
    role: roleOf(options.role),
    ttlSeconds: secondsOf(options.ttl),
  };
  await makeDataFolder(config.dataDir);
  const token = await mintToken({ dataDir: config.dataDir, issuer, audience }, signIn);
  await print(token);
  return EXIT.done;
}

function subjectOf(text: string): string {
  if (/^[^\s\p{C}]{1,200}$/u.test(text)) return text;
  throw new CommandFailure(EXIT.usage, '--subject must be 1 to 200 characters without spaces');
}

function roleOf(text: string): Role {
  const role = roles.find((name) => name === text);
  if (role === undefined) {
    throw new CommandFailure(EXIT.usage, `--role must be one of ${roles.join(', ')}`);
  }
  return role;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60 };

function secondsOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,4})([sm])$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (!(seconds > 0 && seconds <= MAX_TTL_SECONDS)) {
    throw new CommandFailure(EXIT.usage, '--ttl must be from 1s to 15m, such as 90s or 15m');
  }
  return seconds;
}
