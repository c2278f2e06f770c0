// The page of all stored events, made from the schemas that the codecs read and write with.
import { z } from 'zod';
import { MEND_STREAM, MEND_TYPE, mendSchema } from '../audit/chain-mend.js';
import { storedAccessEvents } from '../domain/access/codec.js';
import { storedCartEvents } from '../domain/cart/codec.js';
import { storedCatalogEvents } from '../domain/catalog/codec.js';
import { firstVersion, type StoredEventType } from '../domain/codec.js';
import { storedCouponEvents } from '../domain/coupon/codec.js';
import { storedInventoryEvents } from '../domain/inventory/codec.js';
import { storedOrderEvents } from '../domain/order/codec.js';
import { storedPersonEvents } from '../domain/person/codec.js';
import { storedShippingEvents } from '../domain/shipping/codec.js';
import { storedWebhookEvents } from '../domain/webhook/codec.js';
import { storedTaxEvents } from '../domain/tax/codec.js';

const categories: readonly {
  readonly stream: string;
  readonly about: string;
  readonly types: Readonly<Record<string, StoredEventType>>;
}[] = [
  { stream: 'cart-<id>', about: 'A cart', types: storedCartEvents },
  {
    stream: 'order-<id>',
    about: 'An order, from its placement to its end',
    types: storedOrderEvents,
  },
  { stream: 'product-<sku>', about: 'A product of the catalogue', types: storedCatalogEvents },
  { stream: 'inventory-<sku>', about: 'The units of a product', types: storedInventoryEvents },
  { stream: 'coupon-<code>', about: 'A coupon and its uses', types: storedCouponEvents },
  { stream: 'tax-rules', about: 'The tax rules of the shop', types: storedTaxEvents },
  { stream: 'shipping-methods', about: 'The shipping methods', types: storedShippingEvents },
  { stream: 'webhook-shop', about: 'The webhooks of the shop', types: storedWebhookEvents },
  { stream: 'access-<cart id>', about: 'Looks of staff at a cart', types: storedAccessEvents },
  { stream: 'person-<keyId>', about: "The key of a person's data", types: storedPersonEvents },
  {
    stream: MEND_STREAM,
    about: 'Signed mends of hash chains',
    types: { [MEND_TYPE]: firstVersion(mendSchema) },
  },
];

const HEAD = `# Events

What the log stores, by the category of its streams. This page is made from the schemas of the code by \`npm run schema\`; a test compares
it. Amounts are in minor units of the currency, instants in milliseconds since 1970 where they are integers. \`?\` marks what may be null.
Older versions are changed into the newest when they are read ([schema-evolution.md](schema-evolution.md)). The metadata of each event has
\`occurredAt\`, \`schemaVersion\`, the command's id and hash, who acted, \`$correlationId\`, and the hash chain ([audit.md](audit.md)). Events of a
sampled trace have \`traceparent\` ([observability.md](observability.md)).
`;

/** Markdown. */
export function eventCatalogue(): string {
  const sections = categories.map(({ stream, about, types }) => {
    const rows = Object.entries(types).map(([type, stored]) => rowOf(type, stored));
    return [
      `## \`${stream}\``,
      '',
      `${about}.`,
      '',
      '| type | version | data |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [HEAD, ...sections].join('\n');
}

function rowOf(type: string, { schema, upcasters }: StoredEventType): string {
  return `| \`${type}\` | ${upcasters.length + 1} | ${fieldsOf(jsonSchemaOf(schema))} |`;
}

/** What of JSON Schema the stored events use. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

function fieldsOf({ properties = {} }: JsonSchema): string {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const { text, isNullable } = typeOf(schema);
    return `\`${name}${isNullable ? '?' : ''}\` ${text}`;
  });
  return fields.length === 0 ? '–' : fields.join(', ');
}

function typeOf(schema: JsonSchema): { readonly text: string; readonly isNullable: boolean } {
  const { type } = schema;
  if (typeof type === 'object') {
    const text = type.filter((one) => one !== 'null').join(' or ');
    return { text, isNullable: type.includes('null') };
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices === undefined) return { text: plainTypeOf(schema), isNullable: false };
  const kinds = choices.filter((choice) => choice.type !== 'null');
  const texts = [...new Set(kinds.map((kind) => typeOf(kind).text))];
  return { text: texts.join(' or '), isNullable: kinds.length < choices.length };
}

function plainTypeOf(schema: JsonSchema): string {
  const { type, items, properties, additionalProperties } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(String).join(' or ');
  if (type === 'array') return `list of ${items === undefined ? 'anything' : typeOf(items).text}`;
  if (properties !== undefined) return `{ ${fieldsOf(schema)} }`;
  if (typeof additionalProperties === 'object') {
    return `by key: ${typeOf(additionalProperties).text}`;
  }
  return typeof type === 'string' ? type : 'anything';
}
