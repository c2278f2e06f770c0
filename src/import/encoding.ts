// Detects the encoding of a file from all of its bytes, and converts its text to UTF-8.
import { isAscii } from 'node:buffer';
import { AmbiguousFileError, NotOnlineRetailError, UnbelievableFileError } from './file-errors.js';
import type { FileSource } from './file-source.js';

/** Parses the option's encoding to TextDecoder's name; undefined for an unknown one. */
export function encodingNamed(name: string): string | undefined {
  try {
    return new TextDecoder(name.trim().replace(/^latin-(\d)$/i, 'latin$1')).encoding;
  } catch {
    return undefined;
  }
}

/**
 * UTF-16 by its byte order mark or by zero bytes next to the first letters; otherwise UTF-8 when
 * the bytes are valid, and Windows-1252, a superset of Latin-1's letters, when they are not.
 *
 * @throws AmbiguousFileError when some bytes look like UTF-8 and others are not
 */
export async function encodingOf(source: FileSource): Promise<string> {
  const counter = new SequenceCounter();
  let isFirst = true;
  for await (const chunk of source.bytes()) {
    const wide = isFirst ? wideEncodingOf(chunk) : undefined;
    if (wide !== undefined) return wide;
    isFirst = false;
    counter.add(chunk);
  }
  if (isFirst) throw new NotOnlineRetailError(`${source.path} is empty`);
  return counter.encoding(source.path);
}

function wideEncodingOf(start: Buffer): string | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (start.length < 4) return undefined;
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  return first === 0 && second !== 0 && third === 0 && fourth !== 0 ? 'utf-16be' : undefined;
}

/** In Windows-1252, letters that happen to form a UTF-8 sequence are much rarer than others. */
const ACCIDENTS = 0.1;

/** Counts the multi-byte sequences of UTF-8 and the bytes outside of them. */
class SequenceCounter {
  private sequences = 0;
  private strays = 0;
  private isMarked = false;
  private size = 0;
  private firstStrayAt = -1;
  /** State of the current sequence. */
  private missing = 0;
  private length = 0;
  private least = 0x80;
  private most = 0xbf;

  add(chunk: Buffer): void {
    if (this.size === 0) this.isMarked = chunk.subarray(0, 3).equals(Buffer.from('\uFEFF'));
    if (this.missing > 0 || !isAscii(chunk)) {
      for (let at = 0; at < chunk.length; at += 1) this.take(chunk[at] ?? 0, this.size + at);
    }
    this.size += chunk.length;
  }

  encoding(path: string): string {
    if (this.missing > 0) this.stray(this.length - this.missing, this.size);
    if (this.strays === 0) return 'utf-8';
    if (!this.isMarked && this.sequences <= this.strays * ACCIDENTS) return 'windows-1252';
    throw new AmbiguousFileError(
      `${path} is UTF-8 in one place and not in another (byte ${this.firstStrayAt}): use --encoding windows-1252, or repair the file`,
    );
  }

  private take(byte: number, at: number): void {
    if (this.missing > 0) {
      if (byte >= this.least && byte <= this.most) {
        this.missing -= 1;
        if (this.missing === 0) this.sequences += 1;
        this.least = 0x80;
        this.most = 0xbf;
        return;
      }
      this.stray(this.length - this.missing, at);
      this.missing = 0;
    }
    if (byte >= 0x80) this.begin(byte, at);
  }

  /** https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506, table 3-7 */
  private begin(lead: number, at: number): void {
    this.length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (this.length === 0) {
      this.stray(1, at + 1);
      return;
    }
    this.missing = this.length - 1;
    this.least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    this.most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  }

  private stray(bytes: number, endsAt: number): void {
    this.strays += bytes;
    if (this.firstStrayAt < 0) this.firstStrayAt = endsAt - bytes;
  }
}

/**
 * The file's text as UTF-8.
 *
 * @throws UnbelievableFileError for bytes that are not valid in the encoding
 */
export async function* textOf(source: FileSource, encoding: string): AsyncIterable<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of source.bytes()) {
      yield Buffer.from(decoder.decode(chunk, { stream: true }));
    }
    decoder.decode();
  } catch (error) {
    if (!isDecodingError(error)) throw error;
    throw new UnbelievableFileError(`${source.path} is not ${encoding}`, { cause: error });
  }
}

function isDecodingError(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
