// What is left of people when a run is over, shown to its laws; and how people are erased before.
import { Erasures } from '../../../src/graphql/resolvers/erasures.js';
import type { ApiServices } from '../../../src/graphql/services.js';
import type { DoneReply, ErasePeople } from '../history.js';
import type { Instance } from '../instance.js';
import type { Judge } from '../laws/law.js';
import { admin, contextOf } from '../principals.js';

const erasures = new Erasures();

/** What an instance answers, by the API's resolver. */
export async function erasedPeople(
  services: ApiServices,
  { email }: ErasePeople,
): Promise<DoneReply> {
  const context = contextOf(services, admin);
  const { keysDestroyed } = await erasures.eraseCustomer(context, { email });
  return { kind: 'done', outcome: keysDestroyed > 0 ? 'erased' : 'nobody to erase' };
}

/** At each instance. */
export async function showPeopleLeft(instances: readonly Instance[], judge: Judge): Promise<void> {
  for (const instance of instances) {
    for (const key of await instance.keptKeys()) judge.kept(key);
    for (const text of await instance.openedTexts(judge.seenLog.events)) judge.opened(text);
  }
}
