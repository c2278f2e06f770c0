// What faults leave of people, by the law that must see it.
import type { JsonObject } from '../../../src/domain/codec.js';
import { type Alteration, exchangesOf, storing } from './alterations.js';
import type { KeptKey, OpenedText } from './law.js';
import { emailOf } from './model-commands.js';
import type { WholeEvidence } from './model-run.js';

/** Another reading in the place of the last one of its kind. */
const reading =
  (other: (text: OpenedText, evidence: WholeEvidence) => OpenedText | undefined): Alteration =>
  (evidence) => {
    for (const [index, text] of [...evidence.opened.entries()].reverse()) {
      const altered = other(text, evidence);
      if (altered === undefined) continue;
      return { ...evidence, opened: evidence.opened.with(index, altered) };
    }
    return undefined;
  };

const unreadable = (problem?: string): Alteration =>
  reading((opened) =>
    opened.text === null ? undefined : { ...opened, text: null, ...(problem && { problem }) },
  );

const keeping =
  (other: (key: OpenedText) => KeptKey): Alteration =>
  (evidence) => {
    const gone = evidence.opened.find(({ text }) => text === null);
    return gone && { ...evidence, kept: [...evidence.kept, other(gone)] };
  };

const textOf = (keyId: string) => JSON.stringify({ email: emailOf(keyId) });

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'addresses are sealed': {
    'a cart is checked out with the address': storing((event) => {
      const data = event.data as JsonObject;
      return event.type === 'CartCheckedOut' && data['contact'] !== null
        ? { ...event, data: { ...data, contact: { email: 'ann@example.com' } } }
        : undefined;
    }),
  },
  'texts open': {
    'an instance has no key': unreadable('The key is not here'),
    'a key was destroyed, and its person was not erased': unreadable(),
    'an instance reads the address of somebody else': reading((opened) =>
      opened.text === null ? undefined : { ...opened, text: '{"email":"eve@example.com"}' },
    ),
  },
  'erased for ever': {
    'an instance reads what was erased': reading((opened) =>
      opened.text === null ? { ...opened, text: textOf(opened.keyId) } : undefined,
    ),
    'a key is left where all find it': keeping(({ keyId }) => ({ where: 'rows', keyId })),
    'a key is left with one instance': keeping(({ keyId }) => ({ where: 'disk', keyId })),
    'an erasure is answered, and has erased nobody': (evidence) => {
      const erasures = exchangesOf(evidence).filter(
        ({ asked: { intent } }) => intent.kind === 'erase people',
      );
      const emails = new Set(
        erasures.map(({ asked: { intent } }) => 'email' in intent && intent.email),
      );
      const opened = evidence.opened.map((text) =>
        emails.has(emailOf(text.keyId)) ? { ...text, text: textOf(text.keyId) } : text,
      );
      if (emails.size === 0 || !evidence.opened.some(({ text }) => text === null)) return undefined;
      const log = evidence.log.filter(({ type }) => type !== 'PersonErased');
      return { ...evidence, log, opened };
    },
  },
};
