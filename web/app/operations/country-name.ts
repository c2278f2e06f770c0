// Countries in the reader's language.
const names = new Intl.DisplayNames(undefined, { type: 'region' });

/** @param code ISO 3166-1, two letters */
export const countryName = (code: string): string => names.of(code) ?? code;
