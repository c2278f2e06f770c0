// Stands for src/process-managers/shared-reaction.ts in a service whose shared reactions, those of
// mails and webhooks, get every tenth event twice, or an earlier one again before it.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';

type SharedReactions = typeof import('../../../src/process-managers/shared-reaction.js');

const path = '../../../dist/process-managers/shared-reaction.js?undisturbed';
const undisturbed = (await import(new URL(path, import.meta.url).href)) as SharedReactions;

/** Of the events, this share comes twice, or after an earlier one. */
const SHARE = 0.1;
/** How many earlier events may come again, long after they were handled. */
const MOST_REMEMBERED = 200;

export const startSharedReaction: SharedReactions['startSharedReaction'] = (reaction, options) => {
  const remembered: StoredEvent[] = [];
  const act: typeof reaction.act = async (stored, signal, onFailure) => {
    const earlier = remembered[Math.floor(Math.random() * remembered.length)];
    if (earlier !== undefined && isDrawn()) await reaction.act(earlier, signal, onFailure);
    await reaction.act(stored, signal, onFailure);
    if (isDrawn()) await reaction.act(stored, signal, onFailure);
    remembered.push(stored);
    remembered.splice(0, remembered.length - MOST_REMEMBERED);
  };
  return undisturbed.startSharedReaction({ ...reaction, act }, options);
};

function isDrawn(): boolean {
  return Math.random() < SHARE;
}
