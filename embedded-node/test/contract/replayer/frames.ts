// What of a subscription's frames a step shows: cut, thinned and narrowed as the step says.
import { pick } from './paths.js';
import { kindOf, type Frame } from './recorder.js';
import type { Step } from './transcript.js';

function cutAfterLastEvent(frames: Frame[]): Frame[] {
  return frames.slice(0, frames.findLastIndex((frame) => kindOf(frame) === 'event') + 1);
}

function collapsed(frames: Frame[], kinds: readonly string[]): Frame[] {
  return frames.filter((frame, i) => {
    const before = frames[i - 1];
    const kind = kindOf(frame);
    return !(before !== undefined && kinds.includes(kind) && kindOf(before) === kind);
  });
}

/** Events in a row as one list, where a single path leaves only one value of each. */
function joined(frames: Frame[], paths: readonly string[]): Frame[] {
  const shown: Frame[] = [];
  let row: unknown[] | undefined;
  for (const frame of frames) {
    if (typeof frame === 'string' || !('event' in frame)) {
      shown.push(frame);
      row = undefined;
      continue;
    }
    if (!row) shown.push({ events: (row = []) });
    row.push(pick(frame.event, paths));
  }
  return shown;
}

function picked(frames: Frame[], paths: readonly string[] | undefined): Frame[] {
  if (!paths) return frames;
  if (paths.length === 1) return joined(frames, paths);
  return frames.map((frame) =>
    typeof frame === 'string' || !('event' in frame) ? frame : { event: pick(frame.event, paths) },
  );
}

/** The frames as the step's expectation writes them. */
export function shownFrames(taken: Frame[], step: Step): Frame[] {
  const cut = step.untilLastEvent ? cutAfterLastEvent(taken) : taken;
  const heeded = cut.filter((frame) => !step.ignore?.includes(kindOf(frame)));
  return picked(collapsed(heeded, step.collapse ?? []), step.pick);
}
