// Who caused an event, as far as the reader may know it.
import { texts } from '../texts.ts';
import type { HistoryEvent } from './past.ts';

const words = texts.history.event;
const people: readonly string[] = ['customer', 'support', 'admin', 'operator'];

export function actorInWords(actor: HistoryEvent['actor']): string {
  if (actor == null) return words.unknown;
  const { kind, subject } = actor;
  const name = words.kinds[kind] ?? kind;
  if (subject != null) return `${name} ${subject}`;
  return people.includes(kind) ? words.hidden(name) : name;
}
