// What the help texts of the program say: every command with its flags and examples.
import type { CommandLine } from './command.js';

export interface Help {
  /** Such as `audit verify`; empty for the program itself. */
  readonly command: string;
  readonly text: string;
  /** Each flag with its whole explanation, in one line. */
  readonly flags: readonly string[];
  /** The arguments of each example. */
  readonly examples: readonly (readonly string[])[];
}

/** The program's help and, in its order, that of every command below it. */
export async function helpOf(cartograph: CommandLine, ...command: string[]): Promise<Help[]> {
  const { output: text } = await cartograph.run(...command, '--help');
  const own = {
    command: command.join(' '),
    text,
    flags: sectionOf(text, 'Options').filter((entry) => entry.startsWith('-')),
    examples: [...text.matchAll(/^ {2}npx cartograph (.+)$/gm)].map(([, line = '']) =>
      wordsOf(line),
    ),
  };
  const below = sectionOf(text, 'Commands')
    .map((entry) => /^[a-z-]+/.exec(entry)?.[0] ?? '')
    .filter((name) => name !== 'help' && name !== '');
  const rest: Help[] = [];
  for (const name of below) rest.push(...(await helpOf(cartograph, ...command, name)));
  return [own, ...rest];
}

function sectionOf(text: string, title: string): string[] {
  const [, section = ''] = text.split(`\n${title}:\n`);
  const [entries = ''] = section.split(/\n\n|\n(?=\S)/);
  return entries.split(/(?:^|\n) {2}(?=\S)/).map((entry) => entry.replaceAll(/\s+/g, ' ').trim());
}

/** As a shell would part them; quotes hold words together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
