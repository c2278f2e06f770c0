// What the texts of a product may be: the admin's commands and the catalogue file obey one rule.
import { textFault } from '../text.js';

export const maxNameLength = 200;
export const maxDescriptionLength = 2_000;
export const maxTags = 20;
const maxTagLength = 40;
const maxAddressLength = 500;

/** Says what is wrong with a name; undefined for a valid one. */
export function nameFault(name: string): string | undefined {
  if (name.trim() === '' || name.length > maxNameLength || textFault(name) !== undefined) {
    return `name must be 1 to ${maxNameLength} printable characters.`;
  }
  return undefined;
}

/** A description may have several lines. */
export function descriptionFault(description: string): string | undefined {
  const isText = description.split('\n').every((line) => textFault(line) === undefined);
  if (description.trim() === '' || description.length > maxDescriptionLength || !isText) {
    return `description must be 1 to ${maxDescriptionLength} printable characters.`;
  }
  return undefined;
}

/** A tag is a word for addresses and filters: small letters and digits, joined by hyphens. */
export function tagsFault(tags: readonly string[]): string | undefined {
  if (tags.length > maxTags) return `A product has at most ${maxTags} tags.`;
  if (new Set(tags).size < tags.length) return 'A product has each tag once.';
  const isTag = (tag: string) =>
    tag.length <= maxTagLength && /^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u.test(tag);
  return tags.every(isTag)
    ? undefined
    : `A tag is 1 to ${maxTagLength} small letters and digits, in words joined by hyphens.`;
}

/** An image is loaded by browsers: from this site, or from another one over TLS. */
export function imageUrlFault(imageUrl: string): string | undefined {
  const isAddress = /^(https:\/\/[^\s/?#@\\]+)?\/(?![/\\])[^\s\\"'<>]*$/.test(imageUrl);
  if (isAddress && imageUrl.length <= maxAddressLength && textFault(imageUrl) === undefined) {
    return undefined;
  }
  return `imageUrl must be an https address or a path from /, at most ${maxAddressLength} characters.`;
}
