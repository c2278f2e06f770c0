// The reference pages of docs/ list exactly what the code has: settings, error codes, commands.
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ApiCodeFacts, apiCodes } from '../../src/errors/api-codes.js';
import { rejectionCodes } from '../../src/domain/rejection.js';
import { settingNames } from '../../src/service/settings.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = (name: string) => readFileSync(`${root}/docs/${name}`, 'utf8');

/** The code spans in the first column of a page's tables. */
function listedIn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
}

test('docs/settings.md lists every setting, and no other', () => {
  expect(listedIn(page('settings.md')).sort()).toEqual([...settingNames].sort());
});

describe('docs/errors.md', () => {
  const [rejections = '', errors = ''] = page('errors.md').split(/\n## (?:Errors|Websocket)/);
  const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| `'));

  test('lists every rejection code with its meaning, and no other', () => {
    const rows = Object.entries(rejectionCodes).map(
      ([code, means]) => `| \`${code}\` | ${means} |`,
    );
    expect(rowsOf(rejections)).toEqual(rows);
  });

  test('lists every error code with its HTTP status and meaning, and no other', () => {
    const statusOf = ({ status, fieldStatus }: ApiCodeFacts) => {
      if (status === undefined) return 'websocket';
      const isSame = fieldStatus === undefined || fieldStatus === status;
      return isSame ? String(status) : `${status}, or ${fieldStatus} inside a field`;
    };
    const rows = Object.entries<ApiCodeFacts>(apiCodes).map(
      ([code, facts]) => `| \`${code}\` | ${statusOf(facts)} | ${facts.meaning} |`,
    );
    expect(rowsOf(errors)).toEqual(rows);
  });
});

test('docs/command-line.md lists every command, and no other', () => {
  const help = execFileSync(process.execPath, ['bin/cartograph.js', '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [, commands = ''] = /Commands:\n([\s\S]*?)\n\n/.exec(help) ?? [];
  const names = [...commands.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!);
  const listed = listedIn(page('command-line.md')).map((command) => command.split(' ')[0]!);
  expect(new Set(listed)).toEqual(new Set(names.filter((name) => name !== 'help')));
});
