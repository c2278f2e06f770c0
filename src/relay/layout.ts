// Which topic the events of a category go to. Two categories may share a topic.
import { createHash } from 'node:crypto';

/** The topic of each category. */
export type TopicLayout = ReadonlyMap<string, string>;

/** All categories of the service's streams; a test compares the list with the streams' prefixes. */
export const relayedCategories = [
  ...['access', 'audit', 'cart', 'coupon', 'inventory', 'order', 'person', 'product'],
  ...['shipping', 'tax', 'webhook'],
] as const;

/** What Kafka allows, without names of two dots or one, which it refuses. */
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/;

export const defaultLayout: TopicLayout = new Map<string, string>(
  relayedCategories.map((name) => [name, `cartograph.${name}`]),
);

/**
 * Text such as `cart=carts,order=orders`; a category that it leaves out goes to
 * `cartograph.CATEGORY`. Undefined where it is not such text.
 */
export function parseTopics(text: string): TopicLayout | undefined {
  const layout = new Map(defaultLayout);
  const named = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim())) {
    const [category = '', topic = '', ...more] = part.split('=').map((each) => each.trim());
    const isSound = layout.has(category) && !named.has(category) && TOPIC.test(topic);
    if (!isSound || more.length > 0) return undefined;
    named.add(category);
    layout.set(category, topic);
  }
  return layout;
}

export function topicOf(layout: TopicLayout, stream: string): string | undefined {
  return layout.get(stream.slice(0, Math.max(0, stream.indexOf('-'))));
}

export function topicsOf(layout: TopicLayout): readonly string[] {
  return [...new Set(layout.values())].sort();
}

export function prefixesOf(layout: TopicLayout): readonly string[] {
  return [...layout.keys()].map((category) => `${category}-`);
}

/**
 * Differs for another layout: under another one, a topic may lack what others have.
 */
export function layoutMark(layout: TopicLayout): string {
  const text = [...layout].map((entry) => entry.join('=')).sort();
  return createHash('sha256').update(text.join(',')).digest('hex').slice(0, 8);
}
