// Translates .NET's regular expressions, which the real server uses, to JavaScript's, piece by
// piece. It refuses expressions that .NET refuses. Conditions, balancing groups and names of
// Unicode blocks are not supported.
import {
  anchorOf,
  characterOf,
  DIGITS,
  literal,
  negated,
  SPACES,
  WORDS,
} from './pattern-pieces.js';

/** Options that apply up to the end of the enclosing group. */
interface PatternOptions {
  /** Ignore case. */
  readonly i: boolean;
  /** `^` and `$` match at lines. */
  readonly m: boolean;
  /** A dot also matches a line feed. */
  readonly s: boolean;
  /** Only named groups capture. */
  readonly n: boolean;
  /** Ignore spaces and comments in the pattern. */
  readonly x: boolean;
}

interface Group {
  readonly options: PatternOptions;
  /** The text that closes the group. */
  readonly close: string;
}

const NO_OPTIONS: PatternOptions = { i: false, m: false, s: false, n: false, x: false };
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;
const SETS: Readonly<Record<string, string>> = { d: DIGITS, w: WORDS, s: SPACES };

/** @throws SyntaxError for an invalid regular expression */
export function patternOf(expression: string): RegExp {
  return new RegExp(new Translation(expression).whole(), 'v');
}

class Translation {
  private at = 0;
  private written = '';
  private options = NO_OPTIONS;
  private readonly groups: Group[] = [];
  private captures = 0;
  private atomics = 0;

  constructor(private readonly text: string) {}

  whole(): string {
    while (this.at < this.text.length) this.piece();
    if (this.groups.length > 0) throw new SyntaxError('A group is not closed');
    return this.written;
  }

  private piece(): void {
    if (this.options.x && this.take(/^(?:\s+|#[^\n]*)/) !== undefined) return;
    const quantifier = this.take(QUANTIFIER);
    if (quantifier !== undefined) {
      this.written += quantifier;
      return;
    }
    const character = this.next();
    if (character === '(') this.open();
    else if (character === ')') this.close();
    else if (character === '|') this.written += '|';
    else if (character === '[') this.atom(this.set());
    else if (character === '\\') this.escape();
    else this.written += anchorOf(character, this.options) ?? this.cased(literal(character));
  }

  private atom(atom: string): void {
    this.written += this.cased(atom);
  }

  private cased(atom: string): string {
    return this.options.i ? `(?i:${atom})` : atom;
  }

  private open(): void {
    if (this.take(/^\?#[^)]*\)/) !== undefined) return;
    const options = this.match(/^\?([imnsx]*)(?:-([imnsx]*))?([:)])/);
    if (options !== undefined) {
      this.setOptions(options);
      return;
    }
    const name = this.match(/^\?(?:<(\w+)>|'(\w+)')/);
    if (name !== undefined) this.enter(`(?<${nameOf(name[1] ?? name[2] ?? '')}>`);
    else if (this.take(/^\?>/) !== undefined) this.enterAtomic();
    else if (this.take(/^\?(?=[=!]|<[=!])/) !== undefined) {
      this.enter(`(?${this.take(/^<?[=!]/) ?? ''}`);
    } else if (this.take(/^\?/) !== undefined) throw new SyntaxError('An unknown kind of group');
    else if (this.options.n) this.enter('(?:');
    else this.enter(`(?<${nameOf(String(++this.captures))}>`);
  }

  /** `(?i)` applies to the rest of its group, `(?i:…)` to its own group. */
  private setOptions([, on = '', off = '', end]: RegExpExecArray): void {
    const before = this.options;
    const changed = { ...before };
    for (const option of on) changed[option as keyof PatternOptions] = true;
    for (const option of off) changed[option as keyof PatternOptions] = false;
    if (end === ':') this.enter('(?:');
    this.options = changed;
  }

  private enter(opening: string, close = ')'): void {
    this.groups.push({ options: this.options, close });
    this.written += opening;
  }

  /** An atomic group does not backtrack; JavaScript's look-ahead has the same property. */
  private enterAtomic(): void {
    const name = `atomic${++this.atomics}`;
    this.enter(`(?:(?=(?<${name}>`, `))\\k<${name}>)`);
  }

  private close(): void {
    const group = this.groups.pop();
    if (group === undefined) throw new SyntaxError('A group is closed that was not opened');
    this.options = group.options;
    this.written += group.close;
  }

  private escape(): void {
    const reference = this.match(/^(?:k<(\w+)>|k'(\w+)'|([1-9]))/);
    if (reference !== undefined) {
      const [, named, quoted, number] = reference;
      this.atom(`\\k<${nameOf(named ?? quoted ?? number ?? '')}>`);
      return;
    }
    const anchor = anchorOf(`\\${this.text[this.at] ?? ''}`, this.options);
    if (anchor === undefined) {
      this.atom(this.escapedSet() ?? literal(this.escaped()));
      return;
    }
    this.at += 1;
    this.written += anchor;
  }

  /** A character class such as `\d`, `\W` or `\p{Lu}`, after the backslash. */
  private escapedSet(): string | undefined {
    const property = this.take(/^[pP]\{\w+\}/);
    if (property !== undefined) return `\\${property}`;
    const name = this.take(/^[dswDSW]/);
    if (name === undefined) return undefined;
    const set = SETS[name.toLowerCase()] ?? '';
    return name === name.toLowerCase() ? set : negated(set);
  }

  /** The character of an escape, after the backslash. */
  private escaped(): string {
    const match = this.match(/^(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z]|0[0-7]{0,2}|[^])/iu);
    if (match === undefined) throw new SyntaxError('A backslash at the end');
    return characterOf(match[0]);
  }

  /** A set, after its opening bracket. */
  private set(): string {
    const isNegated = this.take(/^\^/) !== undefined;
    let inside = '';
    // As the first character, a closing bracket is literal.
    for (let isFirst = true; isFirst || !this.text.startsWith(']', this.at); isFirst = false) {
      if (this.at >= this.text.length) throw new SyntaxError('A set is not closed');
      if (!isFirst && this.take(/^-\[/) !== undefined) {
        const subtracted = this.set();
        if (this.next() !== ']') throw new SyntaxError('A subtraction ends its set');
        return `[${isNegated ? '[^' : '['}${inside}]--${subtracted}]`;
      }
      inside += this.setItem();
    }
    this.at += 1;
    return `${isNegated ? '[^' : '['}${inside}]`;
  }

  private setItem(): string {
    const first = this.setMember();
    if (typeof first !== 'string') return first.set;
    if (this.take(/^-(?![\][])/) === undefined) return literal(first);
    const last = this.setMember();
    if (typeof last !== 'string') throw new SyntaxError('A range ends with a character');
    return `${literal(first)}-${literal(last)}`;
  }

  private setMember(): string | { readonly set: string } {
    const character = this.next();
    if (character !== '\\') return character;
    if (this.take(/^b/) !== undefined) return '\b';
    const set = this.escapedSet();
    return set === undefined ? this.escaped() : { set };
  }

  private next(): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    this.at += character.length;
    return character;
  }

  private match(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.text.slice(this.at)) ?? undefined;
    if (match !== undefined) this.at += match[0].length;
    return match;
  }

  private take(expression: RegExp): string | undefined {
    return this.match(expression)?.[0];
  }
}

/** All groups get names, so that inserted groups change no number. */
function nameOf(name: string): string {
  return /^\d/.test(name) ? `group${name}` : name;
}
