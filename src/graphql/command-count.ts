// Counts the outcomes of commands, for the metrics.
import { outcomeName } from '../commands/command-context.js';
import type { ApiServices, CommandOutcome } from './services.js';

/** Awaits the command's result and counts its outcome. A fault is counted and rethrown. */
export async function counted<Answer>(
  { countCommand }: ApiServices,
  command: string,
  answering: Promise<Answer>,
  outcomeOf: (answer: Answer) => CommandOutcome<unknown>,
): Promise<Answer> {
  try {
    const answer = await answering;
    countCommand(command, outcomeName(outcomeOf(answer)));
    return answer;
  } catch (error) {
    countCommand(command, 'fault');
    throw error;
  }
}
