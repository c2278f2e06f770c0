// The tax rules by country; admins define and withdraw them.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { EmptyState, Notice } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import {
  type TaxRuleFieldsFragment,
  TaxRulesDocument,
  WithdrawTaxRuleDocument,
  type WithdrawTaxRuleMutation,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useCommand, useIsAdmin } from '../use-admin.ts';
import { countryName } from '../country-name.ts';
import { rateInWords, taxColumns } from './tax-columns.tsx';
import { TaxDialog } from './tax-dialog.tsx';
import { taxTexts as words } from './texts.ts';
import { readAnew } from '../read-anew.ts';

type TaxRule = TaxRuleFieldsFragment;

export default function TaxPage() {
  const isAdmin = useIsAdmin();
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(TaxRulesDocument, readAnew);
  const close = () => {
    setOpen(false);
    void refetch();
  };
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.tax}
        about={words.about}
        actions={
          isAdmin && (
            <Button look="primary" icon="plus" onClick={() => setOpen(true)}>
              {words.define}
            </Button>
          )
        }
      />
      {!isAdmin && <Notice>{operationsTexts.onlyAdmins}</Notice>}
      {data === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Rules rules={data.taxRules} onChange={() => void refetch()} />
      )}
      {isOpen && <TaxDialog onClose={close} />}
    </>
  );
}

interface RulesProps {
  readonly rules: readonly TaxRule[];
  readonly onChange: () => void;
}

function Rules({ rules, onChange }: RulesProps) {
  if (rules.length === 0) {
    return (
      <EmptyState icon="percent" title={words.noneTitle}>
        {words.none}
      </EmptyState>
    );
  }
  const countries = [...new Set(rules.map(({ country }) => country))];
  return (
    <div className="stack loose">
      {countries.map((country) => (
        <CountryRules
          key={country}
          country={country}
          rules={rules.filter((rule) => rule.country === country)}
          onChange={onChange}
        />
      ))}
    </div>
  );
}

function CountryRules({ country, rules, onChange }: RulesProps & { readonly country: string }) {
  const isAdmin = useIsAdmin();
  const [asked, setAsked] = useState<TaxRule | null>(null);
  const name = countryName(country);
  const close = () => {
    setAsked(null);
    onChange();
  };
  const withdraw = {
    key: 'withdraw',
    head: '',
    cell: (rule: TaxRule) => (
      <Button
        size="small"
        look="danger"
        aria-label={words.withdrawOf(rule.name, name)}
        onClick={() => setAsked(rule)}
      >
        {words.withdraw}
      </Button>
    ),
  };
  const columns = taxColumns(rules);
  return (
    <section className="stack tight">
      <h2>{name}</h2>
      <Table
        stacks
        caption={words.rulesOf(name)}
        columns={isAdmin ? [...columns, withdraw] : columns}
        rows={rules}
        keyOf={({ region, category, holdsFrom }) => `${region} ${category} ${holdsFrom}`}
      />
      {asked !== null && <WithdrawDialog rule={asked} onClose={close} />}
    </section>
  );
}

const refusalOf = ({ withdrawTaxRule }: WithdrawTaxRuleMutation) => withdrawTaxRule.rejection;

function WithdrawDialog({
  rule,
  onClose,
}: {
  readonly rule: TaxRule;
  readonly onClose: () => void;
}) {
  const { country, region, category, holdsFrom, name } = rule;
  const { run, isBusy } = useCommand(WithdrawTaxRuleDocument, { refusalOf, done: words.withdrawn });
  const input = { country, region, category, holdsFrom };
  return (
    <FormDialog
      title={words.withdrawTitle}
      submitLabel={words.withdrawNow}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={() => run({ input: { commandId: newCommandId(), ...input } })}
    >
      <p>
        <strong>
          <bdi>{name}</bdi> {rateInWords(rule)}
        </strong>{' '}
        · {countryName(country)} · {category}
      </p>
      <p className="soft">{words.withdrawAbout}</p>
    </FormDialog>
  );
}
