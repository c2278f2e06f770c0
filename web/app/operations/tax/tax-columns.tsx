// What a table shows of tax rules.
import type { TaxRuleFieldsFragment } from '../../../../schema/generated/graphql.ts';
import { Badge } from '../../../design/states.tsx';
import type { Column } from '../../../design/table.tsx';
import { dateTime } from '../../format.ts';
import { taxTexts as words } from './texts.ts';

type TaxRule = TaxRuleFieldsFragment;

/** Hundredths of a percent and finer are shown as they are. */
export const rateInWords = ({ ratePartsPerMillion }: Pick<TaxRule, 'ratePartsPerMillion'>) =>
  words.percent(
    (ratePartsPerMillion / 10_000).toLocaleString(undefined, { maximumFractionDigits: 4 }),
  );

/** @param rules all of the country: of rules for the same goods and place, the last one holds */
export function taxColumns(rules: readonly TaxRule[]): readonly Column<TaxRule>[] {
  const now = Date.now();
  return [
    { key: 'name', head: words.columns.name, cell: ({ name }) => <bdi>{name}</bdi> },
    { key: 'rate', head: words.columns.rate, amount: true, cell: rateInWords },
    { key: 'category', head: words.columns.category, cell: ({ category }) => category },
    {
      key: 'region',
      head: words.columns.region,
      cell: ({ region }) => region ?? <span className="soft">{words.whole}</span>,
    },
    {
      key: 'how',
      head: words.columns.how,
      cell: ({ pricesIncludeTax }) => (pricesIncludeTax ? words.included : words.onTop),
    },
    {
      key: 'from',
      head: words.columns.from,
      cell: ({ holdsFrom }) => <time dateTime={holdsFrom}>{dateTime(holdsFrom)}</time>,
    },
    {
      key: 'state',
      head: words.columns.state,
      cell: (rule) => <RuleState rule={rule} rules={rules} now={now} />,
    },
  ];
}

interface RuleStateProps {
  readonly rule: TaxRule;
  readonly rules: readonly TaxRule[];
  readonly now: number;
}

function RuleState({ rule, rules, now }: RuleStateProps) {
  const begun = Date.parse(rule.holdsFrom);
  if (begun > now) return <Badge tone="warm">{words.later}</Badge>;
  const isReplaced = rules.some(({ category, region, holdsFrom }) => {
    const from = Date.parse(holdsFrom);
    return category === rule.category && region === rule.region && from > begun && from <= now;
  });
  if (isReplaced) return <Badge>{words.over}</Badge>;
  return (
    <Badge tone="good" dot>
      {words.holds}
    </Badge>
  );
}
