// The keys of people, from the start of the service to its end.
import type { Logger } from '../http/log.js';
import { openPersonalData } from '../personal-data/open.js';
import type { PersonalData } from '../personal-data/personal-data.js';
import { every, type Time } from '../waiting/time.js';
import type { Config } from './config.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { StartedParts } from './started-parts.js';

/** How long a key may be with one instance alone after the shared database is back. */
const HAND_OVER_MS = 5_000;

/** @throws PersonKeysFileError; ReadModelsUnavailableError when the database stays unavailable */
export async function startPersonalData(
  { dataDir, databaseUrl }: Config,
  secret: Buffer,
  { time, log }: { readonly time: Time; readonly log: Pick<Logger, 'warn'> },
  parts: StartedParts,
): Promise<PersonalData> {
  const problem = "the database of people's keys is not available yet";
  const people = await retryWhileUnavailable(problem, log, () =>
    openPersonalData({ dataDir, databaseUrl, secret }, time),
  );
  parts.add('personal data', () => people.close());
  if (databaseUrl === undefined) return people;
  let handingOver = Promise.resolve();
  const end = every(time.background, HAND_OVER_MS, () => {
    handingOver = handingOver.then(() =>
      people
        .handOver()
        .catch((err: unknown) => log.warn({ err }, "people's keys cannot be handed over yet")),
    );
  });
  parts.addActivity('handing over of keys', async () => {
    end();
    await handingOver;
  });
  return people;
}
