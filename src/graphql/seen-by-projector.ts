// Waits until this instance's projector has seen a change of the read models. What it tells of them
// follows the database by a moment; what the API answers must not contradict itself meanwhile.
import type { ProjectionStatus } from '../projections/projection-status.js';
import type { ShownReplay } from '../read-models/replay-records.js';
import { contentOf } from '../replay/replay-content.js';
import type { ApiServices } from './services.js';

/** A projector that is stopped for another reason may see nothing for long. */
const SEEN_MS = 5_000;

type Watched = Pick<ApiServices, 'progress' | 'time'>;

/** Resolves when the projector has seen the change, or after some seconds. */
export function seen(
  { progress, time }: Watched,
  isSeen: (all: readonly ProjectionStatus[]) => boolean,
): Promise<void> {
  if (isSeen(progress.status())) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      stopListening();
      resolve();
    };
    const cancel = time.after(SEEN_MS, end);
    const stopListening = progress.onProgress(() => {
      if (isSeen(progress.status())) end();
    });
  });
}

/** Of what a replay that is shown as ended has built, nothing is shown as being built. */
export function seenToEnd(services: Watched, records: readonly ShownReplay[]): Promise<void> {
  const ended = records.filter(({ state }) => state === 'DONE' || state === 'REFUSED');
  const rebuilt = ended.flatMap(({ content }) => contentOf(content).rebuilt.map(idOf));
  const isBuilding = ({ name, others }: ProjectionStatus) =>
    others.some(
      ({ generation, status }) =>
        status === 'BUILDING' && rebuilt.includes(idOf({ name, generation })),
    );
  return seen(services, (all) => !all.some(isBuilding));
}

function idOf({ name, generation }: { readonly name: string; readonly generation: number }) {
  return `${name}/${generation}`;
}
