// What a setting is, and the parsers that several have.
import { z } from 'zod';

/** A setting: the parser of its text, its meaning, and its default. */
export interface Setting<Value> {
  readonly parser: z.ZodType<Value, string>;
  readonly meaning: string;
  readonly otherwise: string;
}

/** Launchers and files of secrets leave spaces and a newline around a text, which nobody sees. */
export const setting = <Value>(
  parser: z.ZodType<Value, string>,
  meaning: string,
  otherwise: string | number,
): Setting<Value> => exactSetting(z.string().trim().pipe(parser), meaning, otherwise);

/** A setting whose spaces count. */
export const exactSetting = <Value>(
  parser: z.ZodType<Value, string>,
  meaning: string,
  otherwise: string | number,
): Setting<Value> => ({ parser, meaning, otherwise: String(otherwise) });

export const urlOf = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });

export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .refine((text) => /^\d{1,10}$/.test(text) && +text >= minimum && +text <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    })
    .transform(Number);

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
