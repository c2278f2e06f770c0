// A text as one line that the service takes: from an address, or pasted into a search.

const most = 200;

/** Controls and line ends, what turns the direction of text, halves of pairs, and no characters. */
const notText = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu;

/** Without the characters that no line has, and cut to the length that is searched for. */
export const lineOf = (text: string): string =>
  text.replace(notText, '').slice(0, most).replace(notText, '');
