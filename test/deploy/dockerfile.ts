// The Dockerfile as the tests read it: stages of instructions, so that they judge, and run, what it
// says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const dockerfileText = readFileSync(join(repository, 'Dockerfile'), 'utf8');

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** Undefined: the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

const instructions: readonly Instruction[] = dockerfileText
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ name: line.replace(/ .*/, ''), text: line.replace(/^\S+ /, '') }));

/** What stands before the first FROM, for the FROMs to use. */
export const buildArguments: Readonly<Record<string, string>> = Object.fromEntries(
  instructions
    .slice(0, instructions.findIndex(isStart))
    .map(({ text }) => text.split('=') as [string, string]),
);

export const stages: readonly Stage[] = instructions.flatMap((instruction, at) => {
  if (!isStart(instruction)) return [];
  const end = instructions.findIndex((other, n) => n > at && isStart(other));
  return {
    name: / AS (\S+)$/.exec(instruction.text)?.[1],
    instructions: instructions.slice(at, end === -1 ? undefined : end),
  };
});

/** The stage that becomes the image. */
export const image = stages.at(-1)!;

function isStart({ name }: Instruction): boolean {
  return name === 'FROM';
}

export function texts(stage: Stage, name: string): readonly string[] {
  return stage.instructions.filter((one) => one.name === name).map(({ text }) => text);
}

export function copies(stage: Stage): readonly Copy[] {
  return texts(stage, 'COPY').map((text) => {
    const words = text.split(' ').filter((word) => !word.startsWith('--'));
    return {
      from: /--from=(\S+)/.exec(text)?.[1],
      sources: words.slice(0, -1),
      target: words.at(-1)!,
    };
  });
}

export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  const pairs = texts(stage, 'ENV').flatMap((text) => text.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
}

/** The words of the last instruction of that name, which must be in the JSON form. */
export function commandOf(stage: Stage, name: string): readonly string[] {
  const text = texts(stage, name).at(-1) ?? '';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}
