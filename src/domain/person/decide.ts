// Decides a person's commands.
import { accept, type Decider } from '../decider.js';
import type { PersonEvent } from './events.js';
import { evolve, initialPerson, type PersonState } from './state.js';

export interface ErasePerson {
  readonly type: 'ErasePerson';
  readonly keyId: string;
}

/** Nothing is refused: erasing an erased person changes nothing. */
export const personDecider: Decider<PersonState, ErasePerson, PersonEvent, never> = {
  category: 'person',
  initial: initialPerson,
  evolve,
  decide: ({ keyId }, { isErased }) =>
    isErased ? accept() : accept({ type: 'PersonErased', data: { keyId } }),
};
