// Who caused an event, as far as the reader may know it.
import type { HistoryEvent } from './past.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.event;
const people: readonly string[] = ['customer', 'support', 'admin', 'operator'];

export function actorInWords(actor: HistoryEvent['actor']): string {
  if (actor == null) return words.unknown;
  const { kind, subject } = actor;
  const name = words.kinds[kind] ?? kind;
  if (subject != null) return `${name} ${subject}`;
  return people.includes(kind) ? words.hidden(name) : name;
}
