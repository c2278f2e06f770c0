// Does one step of a case and tells what was observed, in the terms of its expectation.
import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { callMethod, startCall, supportedMethods } from './client-calls.js';
import type { Connections } from './connections.js';
import { shownFrames } from './frames.js';
import { keepEvents, keepOwnSubscriptions } from './keep.js';
import { observeError, plain, type Observation } from './observe.js';
import { pick, valueAt } from './paths.js';
import { rawCall } from './raw-call.js';
import { Recorder } from './recorder.js';
import type { RunValues } from './run-values.js';
import type { Step } from './transcript.js';

const answerMs = 8_000;
const framesMs = 6_000;
const framesSettleMs = 150;
const retryMs = 6_000;
const retryDelayMs = 60;

/** What the steps of one case share. */
export interface CaseRun {
  values: RunValues;
  connections: Connections;
  recorders: Map<string, Recorder>;
}

function recorderOf(run: CaseRun, name: string | undefined): Recorder {
  const recorder = run.recorders.get(name ?? '');
  if (!recorder) throw new Error(`There is no subscription ${String(name)}`);
  return recorder;
}

function subscribe(step: Step, run: CaseRun): Observation {
  const recorder = new Recorder(step, run.values);
  run.recorders.set(step.as ?? '', recorder);
  const client = run.connections.client(step.client);
  recorder.follow(startCall(client, step, run.values, recorder.checkpointReached) as Readable);
  return {};
}

function eventsToAnswer(step: Step, recorder: Recorder, values: RunValues): unknown[] {
  if (step.ids) return step.ids.map((id) => ({ event: { id: values.text(id) } }));
  const numbers = Array.isArray(step.events) ? step.events.map(Number) : [];
  return numbers.map((n) => recorder.events.at(n));
}

async function tellSubscription(step: Step, run: CaseRun): Promise<Observation> {
  const recorder = recorderOf(run, step.on);
  const { subscription } = recorder;
  if (step.call === 'hold') subscription.pause();
  else if (step.call === 'release') subscription.resume();
  else if (step.call === 'unsubscribe') await callMethod(subscription, 'unsubscribe', []);
  else {
    const verdict = step.call === 'nack' ? [step.action, step.reason] : [];
    const events = eventsToAnswer(step, recorder, run.values);
    await callMethod(subscription, step.call ?? '', [...verdict, ...events]);
  }
  return {};
}

async function collect(
  stream: AsyncIterable<unknown>,
  step: Step,
  run: CaseRun,
): Promise<Observation> {
  const events: unknown[] = [];
  let failure: Observation = {};
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    failure = { throws: observeError(error) };
  }
  if (step.save) run.values.save(step.save, events);
  return { events: keepEvents(events, step.keep, run.values).map(plain), ...failure };
}

async function callOnce(step: Step, run: CaseRun): Promise<Observation> {
  const client = run.connections.client(step.client);
  if (step.call === 'capabilities') {
    return { returns: await supportedMethods(client, step.methods ?? []) };
  }
  try {
    if (step.call === 'readStream' || step.call === 'readAll') {
      return await collect(
        startCall(client, step, run.values) as AsyncIterable<unknown>,
        step,
        run,
      );
    }
    const answer = await startCall(client, step, run.values);
    if (step.save) run.values.save(step.save, answer);
    const kept = step.keep === 'own' ? keepOwnSubscriptions(answer, run.values) : answer;
    return { returns: plain(kept) ?? null };
  } catch (error) {
    return { throws: observeError(error) };
  }
}

function isEnough(step: Step, observed: Observation, run: CaseRun): boolean {
  const wanted = step.retryUntil;
  if (!wanted) return true;
  if (wanted.events !== undefined) {
    return Array.isArray(observed.events) && observed.events.length >= wanted.events;
  }
  return valueAt(observed.returns, wanted.path ?? '') === run.values.request(wanted.equals ?? null);
}

async function callUntilEnough(step: Step, run: CaseRun): Promise<Observation> {
  const giveUpAt = Date.now() + retryMs;
  let observed = await callOnce(step, run);
  while (!isEnough(step, observed, run) && Date.now() < giveUpAt) {
    await delay(retryDelayMs);
    observed = await callOnce(step, run);
  }
  if (step.settle === undefined) return observed;
  await delay(step.settle);
  return callOnce(step, run);
}

function picked(observed: Observation, step: Step): Observation {
  const { events, returns, ...rest } = observed;
  return {
    ...(events !== undefined && { events: pick(events, step.pick) }),
    ...('returns' in observed && { returns: pick(returns, step.pick) }),
    ...rest,
  };
}

async function waitForFrames(step: Step, run: CaseRun): Promise<Observation> {
  const recorder = recorderOf(run, step.frames);
  const inTime = await recorder.waitFor(step.until ?? {}, step.within ?? framesMs);
  await delay(step.settle ?? framesSettleMs);
  return { frames: shownFrames(recorder.take(), step), ...(!inTime && { timedOut: true }) };
}

/** The steps that a parallel step starts at once, each with its number filled in. */
function branches(step: Step): Step[] {
  const [only] = step.parallel ?? [];
  if (step.times === undefined || !only) return step.parallel ?? [];
  const template = JSON.stringify(only);
  return Array.from(
    { length: step.times },
    (_, i) => JSON.parse(template.replaceAll('<#>', String(i))) as Step,
  );
}

async function inParallel(step: Step, run: CaseRun): Promise<Observation> {
  const started = branches(step).map(async (branch) => {
    if (branch.after !== undefined) await delay(branch.after);
    return doStep(branch, run);
  });
  return { inAnyOrder: await Promise.all(started) };
}

async function answerInTime(answer: Promise<Observation>): Promise<Observation> {
  const abort = new AbortController();
  const silence = delay(answerMs, { noAnswer: true }, { signal: abort.signal });
  // Aborted once the answer is there; nobody waits for the silence then.
  silence.catch(() => undefined);
  return Promise.race([answer, silence]).finally(() => abort.abort());
}

async function call(step: Step, run: CaseRun): Promise<Observation> {
  if (step.as !== undefined) return subscribe(step, run);
  if (step.on !== undefined) return tellSubscription(step, run);
  if (step.call === 'dispose') {
    await run.connections.client(step.client).dispose();
    return {};
  }
  return picked(await callUntilEnough(step, run), step);
}

/** Does the step. What was not observed in time is told as `noAnswer` or `timedOut`. */
export async function doStep(step: Step, run: CaseRun): Promise<Observation> {
  if (step.pause !== undefined) return delay(step.pause, {});
  if (step.frames !== undefined) return waitForFrames(step, run);
  if (step.parallel) return inParallel(step, run);
  const isRaw = step.raw !== undefined;
  return answerInTime(isRaw ? rawCall(step, run.connections, run.values) : call(step, run));
}
