// Tags and a description for each product of the sample shop, written from the words of its name.
import type { ProductDetails } from '../domain/catalog/commands.js';

interface Kind {
  /** Where a customer looks for it. */
  readonly tag: string;
  readonly words: readonly string[];
  readonly sentence: string;
}

/** The first kind that a name has a word of. */
const kinds: readonly Kind[] = [
  {
    tag: 'christmas',
    words: ['christmas', 'advent', 'santa', 'reindeer', 'snowflake', 'snowman', 'xmas', 'bauble'],
    sentence: 'It comes out of its box every December and is missed every January.',
  },
  {
    tag: 'easter',
    words: ['easter', 'egg', 'eggs', 'chick', 'bunny'],
    sentence: 'For a spring table, and for small hands that search the garden.',
  },
  {
    tag: 'lighting',
    words: ['lantern', 'light', 'lights', 'lamp', 'candle', 'candles', 'candlestick', 'chandelier'],
    sentence: 'It turns a corner of the room into the one where people sit down.',
  },
  {
    tag: 'jewellery',
    words: ['necklace', 'bracelet', 'earrings', 'earring', 'ring', 'brooch', 'bangle', 'pendant'],
    sentence: 'Light to wear, and it goes with more than you would think.',
  },
  {
    tag: 'bags',
    words: ['bag', 'bags', 'purse', 'shopper', 'rucksack', 'backpack', 'handbag', 'wallet'],
    sentence: 'It folds flat, carries a week of shopping and wipes clean.',
  },
  {
    tag: 'baking',
    words: ['cake', 'cakes', 'cupcake', 'baking', 'pantry', 'cookie', 'cakestand', 'jelly'],
    sentence: 'Made for a kitchen in which something is always in the oven.',
  },
  {
    tag: 'tea-and-coffee',
    words: [
      'tea',
      'teapot',
      'teacup',
      'coffee',
      'mug',
      'mugs',
      'cup',
      'cups',
      'saucer',
      'cafetiere',
    ],
    sentence: 'The one that everybody reaches for first when the kettle boils.',
  },
  {
    tag: 'kitchen',
    words: [
      ...[
        'bowl',
        'plate',
        'plates',
        'kitchen',
        'cutlery',
        'apron',
        'jar',
        'tray',
        'dish',
        'napkins',
      ],
      ...['lunch', 'snack', 'bottle', 'glass', 'spoon', 'fork', 'knife', 'recipe', 'coaster'],
    ],
    sentence: 'For every day, and good enough for the day when guests come.',
  },
  {
    tag: 'garden',
    words: [
      'garden',
      'gardeners',
      'plant',
      'watering',
      'seed',
      'trowel',
      'parasol',
      'bird',
      'birdhouse',
    ],
    sentence: 'It lives outdoors from March to October and does not mind the rain.',
  },
  {
    tag: 'toys',
    words: [
      ...[
        'toy',
        'toys',
        'jigsaw',
        'puzzle',
        'doll',
        'dolly',
        'dominoes',
        'ludo',
        'playhouse',
        'game',
      ],
      ...[
        'childrens',
        'childs',
        'babushka',
        'spaceboy',
        'spinning',
        'skittles',
        'felt',
        'feltcraft',
      ],
    ],
    sentence: 'It needs no batteries, and it outlasts the wrapping paper.',
  },
  {
    tag: 'stationery',
    words: [
      ...[
        'card',
        'cards',
        'notebook',
        'pen',
        'pencil',
        'pencils',
        'wrap',
        'tape',
        'letter',
        'paper',
      ],
      ...['stickers', 'sticker', 'postcard', 'envelope', 'diary', 'calendar', 'ribbon', 'ribbons'],
    ],
    sentence: 'For letters, lists and presents that deserve more than a plain sheet.',
  },
  {
    tag: 'party',
    words: [
      'party',
      'bunting',
      'balloons',
      'birthday',
      'garland',
      'confetti',
      'invites',
      'streamer',
    ],
    sentence: 'Up in five minutes, and kept for the next party.',
  },
  {
    tag: 'bathroom',
    words: [
      'bathroom',
      'bath',
      'soap',
      'towel',
      'toilet',
      'sponge',
      'hair',
      'cosmetic',
      'toiletry',
    ],
    sentence: 'A small good thing at the beginning and the end of a day.',
  },
  {
    tag: 'storage',
    words: [
      'box',
      'boxes',
      'basket',
      'tin',
      'tins',
      'drawer',
      'storage',
      'chest',
      'cabinet',
      'hook',
    ],
    sentence: 'Room for what otherwise lies about, in a shape that may stay in sight.',
  },
];

const elsewhere: Kind = {
  tag: 'home-decor',
  words: [],
  sentence: 'It makes a shelf look finished, and a present look chosen.',
};

const materials: readonly (readonly [word: string, tag: string, phrase: string])[] = [
  ['metal', 'metal', 'painted metal'],
  ['zinc', 'metal', 'zinc'],
  ['enamel', 'metal', 'enamelled steel'],
  ['glass', 'glass', 'glass'],
  ['wood', 'wood', 'wood'],
  ['wooden', 'wood', 'wood'],
  ['wicker', 'wicker', 'wicker'],
  ['ceramic', 'ceramic', 'glazed ceramic'],
  ['porcelain', 'ceramic', 'porcelain'],
  ['paper', 'paper', 'heavy paper'],
  ['felt', 'felt', 'wool felt'],
  ['cotton', 'cotton', 'woven cotton'],
  ['slate', 'slate', 'natural slate'],
];

const styles: readonly string[] = [
  'vintage',
  'retro',
  'retrospot',
  'polkadot',
  'french',
  'victorian',
];

const colours: readonly string[] = [
  ...['red', 'pink', 'blue', 'green', 'white', 'black', 'cream', 'ivory', 'purple', 'yellow'],
  ...['silver', 'gold', 'brown', 'turquoise'],
];

/** The same name always gives the same texts. */
export function sampleDetailsOf(name: string): ProductDetails {
  const words: readonly string[] = name.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
  const has = (word: string) => words.includes(word);
  const kind = kinds.find((one) => one.words.some(has)) ?? elsewhere;
  const material = materials.find(([word]) => has(word));
  const shades = colours.filter(has).slice(0, 2);
  const style = styles.find(has);
  const tags: readonly string[] = [kind.tag, material?.[1], style, ...shades].filter(
    (tag) => tag !== undefined,
  );
  return { tags: [...new Set(tags)], description: described(words, kind, material?.[2], shades) };
}

function described(
  words: readonly string[],
  kind: Kind,
  material: string | undefined,
  shades: readonly string[],
): string {
  const count = countIn(words);
  const made = material === undefined ? '' : ` of ${material}`;
  const coloured = shades.length === 0 ? '' : ` in ${shades.join(' and ')}`;
  const first =
    count === undefined
      ? `${made === '' ? 'Finished by hand' : `Made${made}`}${coloured}.`
      : `A set of ${count}${made}${coloured}.`;
  return `${first} ${kind.sentence}`;
}

/** `SET OF 6`, `SET/6` and `PACK OF 12` are sets. */
function countIn(words: readonly string[]): number | undefined {
  const at = words.findIndex((word) => word === 'set' || word === 'pack');
  const next = words[at + 1] === 'of' ? words[at + 2] : words[at + 1];
  const count = at < 0 ? Number.NaN : Number(next);
  return count > 1 ? count : undefined;
}
