// Parses a whole number from an option.
import { CommandFailure, EXIT } from './exit.js';

/** @throws CommandFailure for anything but digits, or for more than `most` */
export function wholeNumber(option: string, text: string, most: number): number {
  const given = Number(text);
  if (/^\d+$/.test(text) && given <= most) return given;
  throw new CommandFailure(EXIT.usage, `${option} must be a whole number from 0 to ${most}`);
}
