// Decodes what a raw call answered into the transcript's notation: only fields that are set, maps
// as objects, uuids and bytes as text. Works on the generated classes by their naming rules.
import { createRequire } from 'node:module';
import { isUtf8 } from 'node:buffer';
import { isObject } from './transcript.js';
import { callMethod } from './client-calls.js';

const load = createRequire(import.meta.url);
const generated = [
  'streams',
  'persistent',
  'serverfeatures',
  'gossip',
  'users',
  'operations',
  'monitoring',
  'projections',
];

type Decode = (bytes: Buffer) => object;

function decoders(): Map<string, Decode> {
  const found = new Map<string, Decode>();
  for (const name of generated) {
    const services = load(`@eventstore/db-client/generated/${name}_grpc_pb.js`) as object;
    for (const service of Object.values(services).filter(isObject)) {
      for (const method of Object.values(service).filter(isObject)) {
        found.set(String(method.path), method.responseDeserialize as Decode);
      }
    }
  }
  return found;
}

let known: Map<string, Decode> | undefined;

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function has(message: object, method: string): boolean {
  return typeof Reflect.get(message, method) === 'function';
}

/** Whether a field holds nothing: proto3 sends no defaults, except for members of a oneof. */
function isUnset(message: object, name: string, value: unknown): boolean {
  if (value === undefined) return true;
  const asks = `has${capitalised(name)}`;
  if (has(message, asks)) return callMethod(message, asks, []) !== true;
  return [0, '0', '', false].some((nothing) => nothing === value);
}

function textOrBytes(bytes: Uint8Array): unknown {
  return isUtf8(bytes) ? Buffer.from(bytes).toString() : { $bytes: Buffer.from(bytes) };
}

function shownValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOrBytes(value);
  if (Array.isArray(value)) return value.map(shownValue);
  return typeof value === 'object' && value !== null ? shownMessage(value) : value;
}

function shownMap(message: object, name: string): unknown {
  const entries = callMethod(
    callMethod(message, `get${capitalised(name)}`, []) as object,
    'toArray',
    [],
  );
  return Object.fromEntries(
    (entries as [string, unknown][]).map(([key, value]) => [key, shownValue(value)]),
  );
}

function shownField(message: object, name: string): unknown {
  const getter = `get${capitalised(name)}`;
  const bytes = has(message, `${getter}_asU8`) ? `${getter}_asU8` : getter;
  return shownValue(callMethod(message, bytes, []));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Two 64-bit halves, as the server sends a uuid that it did not keep as text. */
function structuredUuid(halves: {
  mostSignificantBits: string;
  leastSignificantBits: string;
}): string {
  const hex = [halves.mostSignificantBits, halves.leastSignificantBits]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function shownAny(message: object): Record<string, unknown> {
  const typeUrl = String(callMethod(message, 'getTypeUrl', []));
  const Type = messageClass(typeUrl.split('/').at(-1) ?? '');
  const bytes = callMethod(message, 'getValue_asU8', []);
  if (!Type) return { typeUrl, value: bytes };
  const value = shownMessage(callMethod(Type, 'deserializeBinary', [bytes]) as object);
  // Words for people inside an error are told in transcripts, but never compared.
  return { typeUrl, value: { ...value, message: undefined } };
}

function messageClass(fullName: string): object | undefined {
  const name = fullName.split('.').at(-1) ?? '';
  const modules = fullName.startsWith('google.')
    ? ['google-protobuf/google/protobuf/empty_pb.js']
    : [
        '@eventstore/db-client/generated/shared_pb.js',
        '@eventstore/db-client/generated/streams_pb.js',
      ];
  for (const path of modules) {
    const found: unknown = Reflect.get(load(path) as object, name);
    if (typeof found === 'function') return found;
  }
  return undefined;
}

function shownMessage(message: object): Record<string, unknown> {
  if (has(message, 'getTypeUrl')) return shownAny(message);
  const fields = callMethod(message, 'toObject', []) as Record<string, unknown>;
  if (has(message, 'getStructured') && isObject(fields.structured)) {
    return {
      structured: structuredUuid(fields.structured as Parameters<typeof structuredUuid>[0]),
    };
  }
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.endsWith('Map')) shown[name.slice(0, -3)] = shownMap(message, name);
    // Fields of servers before 20.6 are told in transcripts, but never compared.
    else if (name.endsWith('2060') || isEmpty(value) || isUnset(message, name, value)) continue;
    else shown[name.replace(/List$/, '')] = shownField(message, name);
  }
  return shown;
}

/** A message that the method answered, decoded; undecodable for a method that nobody knows. */
export function decodeMessage(path: string, bytes: Buffer): Record<string, unknown> {
  known ??= decoders();
  const decode = known.get(path);
  return decode ? shownMessage(decode(bytes)) : { unknown: bytes };
}

/** The same value with the fields of these names shown as `<any>`. */
export function masked(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, names));
  if (!isObject(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      names.includes(key) ? '<any>' : masked(item, names),
    ]),
  );
}
