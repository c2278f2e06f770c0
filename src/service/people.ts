// The keys of people, from the start of the service to its end.
import type { Erasure, PeopleToErase } from '../commands/erasure.js';
import type { Logger } from '../http/log.js';
import { erasureReaction } from '../process-managers/erasure-runner.js';
import type { Reaction } from '../process-managers/reaction.js';
import { openPersonalData } from '../personal-data/open.js';
import type { PersonalData } from '../personal-data/personal-data.js';
import { every, type Time } from '../waiting/time.js';
import type { Config } from './config.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { StartedParts } from './started-parts.js';

/** How long a key may be with one instance alone after the shared database is back. */
const HAND_OVER_MS = 5_000;
/** Who erases a key that was handed over after its person was erased. */
const ACTOR = { kind: 'erasure' };

interface PeoplePorts {
  readonly time: Time;
  readonly log: Pick<Logger, 'warn'>;
}

/** @throws PersonKeysFileError; ReadModelsUnavailableError when the database stays unavailable */
export async function startPersonalData(
  { dataDir, databaseUrl }: Config,
  secret: Buffer,
  { time, log }: PeoplePorts,
  parts: StartedParts,
): Promise<PersonalData> {
  const problem = "the database of people's keys is not available yet";
  const people = await retryWhileUnavailable(problem, log, () =>
    openPersonalData({ dataDir, databaseUrl, secret }, time),
  );
  parts.add('personal data', () => people.close());
  return people;
}

export interface Erasing {
  readonly people: PeopleToErase & Pick<PersonalData, 'whoGave'>;
  /** Completes erasures on each instance. */
  readonly reaction: Reaction;
}

/** @param forgetMails removes what is kept of the mails of a key's person */
export function erasingOf(
  people: PersonalData,
  forgetMails: (keyId: string) => Promise<void>,
): Erasing {
  const destroy = async (keyId: string) => {
    await people.destroy(keyId);
    await forgetMails(keyId);
  };
  return {
    people: {
      beginErasure: (who) => people.beginErasure(who),
      whoGave: (email) => people.whoGave(email),
      destroy,
    },
    reaction: erasureReaction(destroy),
  };
}

/** With a database that all instances share: each has keys of its own only while that is away. */
export async function startHandingOver(
  people: PersonalData,
  erasure: Pick<Erasure, 'eraseKey'>,
  { time, log }: PeoplePorts,
  parts: StartedParts,
): Promise<void> {
  const round = async () => {
    try {
      for (const keyId of await people.handOver()) await erasure.eraseKey(keyId, ACTOR);
    } catch (err) {
      log.warn({ err }, "people's keys cannot be handed over yet");
    }
  };
  let handingOver = round();
  await handingOver;
  const end = every(time.background, HAND_OVER_MS, () => {
    handingOver = handingOver.then(round);
  });
  parts.addActivity('handing over of keys', async () => {
    end();
    await handingOver;
  });
}
