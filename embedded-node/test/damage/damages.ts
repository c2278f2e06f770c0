// What may become of the files of a log on a disk: bits that flip, ends that are lost, pages that
// are empty, in another's place, or still what they were before.
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE_NAME } from '../../src/log/log-format.js';
import type { Random } from '../model/random.js';

export const LOG = LOG_FILE_NAME;
export const WAL = `${LOG_FILE_NAME}-wal`;
export const WITNESS = `${LOG_FILE_NAME}-ack`;

const PAGE_BYTES = 4096;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;

/** Spoils a file in a folder, and says what it did. */
export type Damage = (folder: string, file: string, random: Random) => Promise<string>;

async function change(path: string, spoil: (bytes: Buffer) => string): Promise<string> {
  const bytes = await readFile(path);
  const done = spoil(bytes);
  await writeFile(path, bytes);
  return done;
}

/** Where the pages of a file begin. */
function pagesOf(file: string, length: number): number[] {
  const [first, step] =
    file === WAL ? [WAL_HEADER_BYTES + FRAME_HEADER_BYTES, FRAME_BYTES] : [0, PAGE_BYTES];
  const pages = [];
  for (let at = first; at + PAGE_BYTES <= length; at += step) pages.push(at);
  return pages;
}

const flipped: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const at = random.below(bytes.length);
    const bit = random.below(8);
    bytes[at] = bytes[at]! ^ (1 << bit);
    return `bit ${bit} of byte ${at} of ${file} flipped`;
  });

/**
 * In the part of the file that is easily overlooked: it says how all the rest is to be understood.
 */
const flippedAtBeginning: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const at = random.below(Math.min(bytes.length, 128));
    const bit = random.below(8);
    bytes[at] = bytes[at]! ^ (1 << bit);
    return `bit ${bit} of byte ${at} of ${file} flipped`;
  });

const garbled: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const length = 1 + random.below(64);
    const at = random.below(Math.max(1, bytes.length - length));
    for (let n = at; n < Math.min(bytes.length, at + length); n += 1) bytes[n] = random.below(256);
    return `${length} bytes of ${file} from ${at} garbled`;
  });

const cut: Damage = async (folder, file, random) => {
  const { length } = await readFile(join(folder, file));
  const at = random.below(length);
  await truncate(join(folder, file), at);
  return `${file} cut from ${length} to ${at} bytes`;
};

const zeroed: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const at = random.oneOf(pagesOf(file, bytes.length));
    bytes.fill(0, at, at + PAGE_BYTES);
    return `the page of ${file} at ${at} zeroed`;
  });

const swapped: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const pages = pagesOf(file, bytes.length);
    const [a, b] = [random.oneOf(pages), random.oneOf(pages)];
    const kept = Buffer.from(bytes.subarray(a, a + PAGE_BYTES));
    bytes.copy(bytes, a, b, b + PAGE_BYTES);
    kept.copy(bytes, b);
    return `the pages of ${file} at ${a} and ${b} swapped`;
  });

const doubled: Damage = (folder, file, random) =>
  change(join(folder, file), (bytes) => {
    const pages = pagesOf(file, bytes.length);
    const [from, to] = [random.oneOf(pages), random.oneOf(pages)];
    bytes.copy(bytes, to, from, from + PAGE_BYTES);
    return `the page of ${file} at ${to} became that at ${from}`;
  });

export const damages: readonly Damage[] = [
  flipped,
  flipped,
  flippedAtBeginning,
  garbled,
  cut,
  zeroed,
  swapped,
  doubled,
];
