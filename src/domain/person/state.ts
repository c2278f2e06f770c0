// Whether a person was erased, folded from the person's events.
import type { Recorded } from '../decider.js';
import type { PersonEvent } from './events.js';

export interface PersonState {
  readonly isErased: boolean;
  readonly revision: number;
}

export const initialPerson: PersonState = { isErased: false, revision: -1 };

export function evolve(_state: PersonState, { revision }: Recorded<PersonEvent>): PersonState {
  return { isErased: true, revision };
}
