// docker-compose.yml as the tests read it: merged, with the defaults of its variables filled in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from './dockerfile.js';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly profiles: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** As Compose does to what it has parsed: a variable becomes its default, and `$$` a dollar. */
function withDefaults(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', '$');
}

export const composeText = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');

export const compose = parse(composeText, withDefaults, { merge: true }) as ComposeFile;

export const services = Object.entries(compose.services);

/** The service itself, once a way of storing. */
export const ourServices = services.filter(([, { build }]) => build !== undefined);

export const profiles = [...new Set(services.flatMap(([, service]) => service.profiles))];

export function environmentOfService({ environment }: ComposeService): Record<string, string> {
  const pairs = Object.entries(environment ?? {});
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
}
