// Whose days a report may be asked for.
import { expect, test } from '@jest/globals';
import { timeZoneOf } from '../../src/graphql/input-rules.js';

test.each(['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
  '%s is a time zone',
  (name) => expect(timeZoneOf(name)).toBe(name),
);

test.each(['', 'Mars/Olympus', '+01:00', 'Europe/London ', 'local', 'Z'.repeat(100), 'UTC\n'])(
  '%j is none',
  (name) => expect(() => timeZoneOf(name)).toThrow(/^timeZone must be a name/),
);
