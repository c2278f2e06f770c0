// Calls of the client by name. This is the one file of the replayer that treats the client as an
// object with methods unknown to the type checker: transcripts name them and their arguments.
import {
  eventTypeFilter,
  excludeSystemEvents,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  streamNameFilter,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { eventsToAppend } from './events.js';
import type { RunValues } from './run-values.js';
import { isObject, type Step } from './transcript.js';

type Options = Record<string, unknown>;
type CheckpointCallback = (subscription: unknown, position: unknown) => void;

/** Calls a method by its name, whether or not its types allow it. */
export function callMethod(target: object, name: string, args: unknown[]): unknown {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') throw new Error(`The client has no ${name}`);
  return Reflect.apply(method, target, args) as unknown;
}

function filterOf(written: Options, checkpointReached?: CheckpointCallback): unknown {
  const [[kind, given] = ['', {}]] = Object.entries(written);
  const options = { ...(given as object), ...(checkpointReached && { checkpointReached }) };
  if (kind === 'excludeSystemEvents') return excludeSystemEvents(options);
  const filter = kind === 'eventTypeFilter' ? eventTypeFilter : streamNameFilter;
  return (filter as (options: unknown) => unknown)(options);
}

/** The options of a call, with the filter built and told whom to call at a checkpoint. */
export function optionsOf(
  step: Step,
  values: RunValues,
  checkpointReached?: CheckpointCallback,
): Options {
  const options = values.request(step.options ?? {}) as Options;
  return isObject(options.filter)
    ? { ...options, filter: filterOf(options.filter, checkpointReached) }
    : options;
}

function settingsOf(step: Step, values: RunValues): unknown {
  const settings = values.request(step.settings ?? {}) as Options;
  return step.call?.endsWith('ToAll')
    ? persistentSubscriptionToAllSettingsFromDefaults(settings)
    : persistentSubscriptionToStreamSettingsFromDefaults(settings);
}

/** The arguments before the options, in the client's own order: stream, group, content. */
function leadingArguments(step: Step, values: RunValues): unknown[] {
  const args: unknown[] = [];
  if (step.stream !== undefined) args.push(values.request(step.stream));
  if (step.group !== undefined) args.push(values.request(step.group));
  if (step.events !== undefined) args.push(eventsToAppend(step.events, values));
  if (step.metadata !== undefined) args.push(values.request(step.metadata));
  if (step.settings !== undefined) args.push(settingsOf(step, values));
  return args;
}

/** Starts what a step calls and returns what the client gives: a promise or a stream. */
export function startCall(
  client: EventStoreDBClient,
  step: Step,
  values: RunValues,
  checkpointReached?: CheckpointCallback,
): unknown {
  const options = optionsOf(step, values, checkpointReached);
  return callMethod(client, step.call ?? '', [...leadingArguments(step, values), options]);
}

/** What the server says that it supports, for each `path` or `path#feature`. */
export async function supportedMethods(
  client: EventStoreDBClient,
  methods: readonly string[],
): Promise<Options> {
  const features = await (Reflect.get(client, 'capabilities') as Promise<object>);
  const supports = methods.map((method) => {
    const [path, feature] = method.split('#');
    return [method, callMethod(features, 'supports', [{ path }, feature])];
  });
  return { supports: Object.fromEntries(supports) as Options };
}
