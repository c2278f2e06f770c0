// The countries of ISO 3166-1, by their two-letter codes, and the form of a region's code.

const CODES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS ' +
  'BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE ' +
  'EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM ' +
  'HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC ' +
  'LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA ' +
  'NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO ' +
  'TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

const codes = new Set(CODES.split(' '));

/** A country, and a region where the terms depend on it. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** ISO 3166-2 without the country, such as CA; null: not told. */
  readonly region: string | null;
}

export function isCountry(code: string): boolean {
  return codes.has(code);
}

/** Whether it has the form of a region's code; which regions a country has is not checked. */
export function isRegion(code: string): boolean {
  return /^[A-Z0-9]{1,3}$/.test(code);
}

export function isPlace({ country, region }: Place): boolean {
  return isCountry(country) && (region === null || isRegion(region));
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.country === other.country && one.region === other.region;
}

export function countries(): string[] {
  return [...codes];
}
