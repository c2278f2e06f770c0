// Stored format: change only by adding a version and a reader of the old one. All groups' settings
// as one JSON document, with 64-bit numbers as strings.
import { jsonObjectOf } from '../log/json-object.js';
import { eventTest } from '../read/event-test.js';
import { StatusError } from '../wire/statuses.js';
import {
  storedPlace,
  strategies,
  type FilterDefinition,
  type GroupDefinition,
} from './settings.js';

const version = '1';

export function encodeDefinitions(definitions: readonly GroupDefinition[]): Buffer {
  const entries = definitions.map(({ settings, ...rest }) => ({
    ...rest,
    settings: {
      ...settings,
      startFrom: settings.startFrom.toString(),
      startPrepare: settings.startPrepare?.toString(),
    },
  }));
  return Buffer.from(JSON.stringify({ version, entries }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A later version may have written this, or a client. */
export class UnreadableGroups extends Error {
  override readonly name = 'UnreadableGroups';
}

function numberIn(record: Record<string, unknown>, key: string): number {
  const value = record[key];
  if (typeof value !== 'number') throw new UnreadableGroups(`${key} is no number`);
  return value;
}

function textIn(record: Record<string, unknown>, key: string): string {
  const value = record[key];
  if (typeof value !== 'string') throw new UnreadableGroups(`${key} is no text`);
  return value;
}

function placeIn(text: string): bigint {
  const place = storedPlace(text);
  if (place === undefined) throw new UnreadableGroups(`${JSON.stringify(text)} is no place`);
  return place;
}

function settingsFrom(stored: unknown): GroupDefinition['settings'] {
  if (!isRecord(stored)) throw new UnreadableGroups('settings are absent');
  const startFrom = textIn(stored, 'startFrom');
  const strategy = strategies.find((name) => name === stored.strategy);
  if (!strategy) throw new UnreadableGroups('an unknown consumer strategy');
  return {
    resolveLinks: stored.resolveLinks === true,
    extraStatistics: stored.extraStatistics === true,
    messageTimeoutMs: numberIn(stored, 'messageTimeoutMs'),
    maxRetryCount: numberIn(stored, 'maxRetryCount'),
    checkpointAfterMs: numberIn(stored, 'checkpointAfterMs'),
    minCheckpointCount: numberIn(stored, 'minCheckpointCount'),
    maxCheckpointCount: numberIn(stored, 'maxCheckpointCount'),
    maxSubscriberCount: numberIn(stored, 'maxSubscriberCount'),
    liveBufferSize: numberIn(stored, 'liveBufferSize'),
    readBatchSize: numberIn(stored, 'readBatchSize'),
    historyBufferSize: numberIn(stored, 'historyBufferSize'),
    strategy,
    startFrom: startFrom === 'end' ? 'end' : placeIn(startFrom),
    // Absent from documents before it existed, and from most later ones.
    ...(typeof stored.startPrepare === 'string' && { startPrepare: placeIn(stored.startPrepare) }),
  };
}

/** As a group has it whose creation was not refused. */
function expressionIn(regex: string): string {
  try {
    eventTest({ on: 'stream', regex });
    return regex;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof StatusError)) throw error;
    throw new UnreadableGroups('an expression is invalid');
  }
}

function filterFrom(stored: unknown): FilterDefinition | undefined {
  if (!isRecord(stored)) return undefined;
  const on = stored.on === 'eventType' ? 'eventType' : 'stream';
  if (typeof stored.regex === 'string') return { on, regex: expressionIn(stored.regex) };
  const prefixes = Array.isArray(stored.prefixes) ? stored.prefixes.map(String) : [];
  return { on, prefixes };
}

/**
 * Undefined for what is no such document: a client may have written to the stream.
 *
 * @throws UnreadableGroups for one that this version cannot read
 */
export function decodeDefinitions(data: Uint8Array): GroupDefinition[] | undefined {
  const stored = jsonObjectOf(data);
  if (stored?.version === undefined || !Array.isArray(stored.entries)) return undefined;
  if (stored.version !== version)
    throw new UnreadableGroups(`version ${JSON.stringify(stored.version)} is not known`);
  return stored.entries.filter(isRecord).map((entry) => {
    const filter = filterFrom(entry.filter);
    return {
      source: textIn(entry, 'source'),
      group: textIn(entry, 'group'),
      settings: settingsFrom(entry.settings),
      ...(filter && { filter }),
    };
  });
}
