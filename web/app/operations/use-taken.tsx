// What a form defines has to be new. Where it is there already, the form says so first, and is then
// saved over what was there at that moment.
import { useState } from 'react';
import { Notice } from '../../design/states.tsx';
import { operationsTexts as words } from './texts.ts';

/** The revision of what is not there yet. */
const absent = -1;

interface Taken {
  readonly name: string;
  readonly revision: number;
}

/** @param name the code or number that was typed */
export function useTaken(name: string) {
  const [taken, setTaken] = useState<Taken | null>(null);
  const isTold = taken?.name === name;
  return {
    expectedRevision: isTold ? taken.revision : absent,
    /** For the command: the form tells of it, and nothing is tried again. */
    onConflict: (_asked: unknown, { currentRevision }: { readonly currentRevision?: number }) => {
      setTaken(currentRevision === undefined ? null : { name, revision: currentRevision });
      return Promise.resolve(null);
    },
    notice: isTold && taken.revision > absent && (
      <Notice tone="warm" role="alert">
        <p>{words.taken(name)}</p>
      </Notice>
    ),
  };
}
