// Input of the replayer: the shape of a transcript file, as `transcripts/README.md` describes it,
// and the one function that reads a folder of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface Credentials {
  username: string;
  password: string;
}

export interface ClientSpec {
  options?: Record<string, string>;
  credentials?: Credentials | null;
  discover?: boolean;
}

export interface RetryUntil {
  events?: number;
  path?: string;
  equals?: Json;
}

/** One step; which of the optional properties matter depends on its first word. */
export interface Step {
  call?: string;
  raw?: string;
  frames?: string;
  pause?: number;
  parallel?: Step[];
  expect?: JsonObject;
  client?: string;
  pick?: string[];
  keep?: 'own' | 'mentioned';
  save?: string;
  retryUntil?: RetryUntil;
  /** Milliseconds, as every duration in a transcript. */
  settle?: number;
  within?: number;
  after?: number;
  times?: number;
  as?: string;
  on?: string;
  until?: Record<string, number>;
  ignore?: string[];
  collapse?: string[];
  sorted?: boolean;
  untilLastEvent?: boolean;
  maskCheckpoints?: boolean;
  stream?: Json;
  group?: Json;
  events?: Json;
  /** Of an append to a stream's metadata: its properties; of a raw call: its headers. */
  metadata?: JsonObject;
  settings?: JsonObject;
  options?: JsonObject;
  methods?: string[];
  action?: string;
  reason?: string;
  ids?: string[];
  send?: { base64: Json }[];
  credentials?: Credentials | null;
  end?: boolean;
  deadline?: number;
  mask?: string[];
  unordered?: string[];
}

export type Requirement = 'secure' | 'insecure' | 'projections';

export interface Case {
  name: string;
  requires?: Requirement[];
  exclusive?: boolean;
  clients?: Record<string, ClientSpec>;
  steps: Step[];
}

export interface Topic {
  topic: string;
  about: string;
  cases: Case[];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every topic of a folder, by file name. */
export function loadTopics(folder: string): Topic[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Topic);
}
