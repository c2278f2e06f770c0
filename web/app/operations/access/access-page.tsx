// The place where admins see who of the staff looked at which cart, when and why.
import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../../design/states.tsx';
import {
  type AccessFilter,
  AccessRecordsDocument,
  type AccessRecordsQuery,
} from '../../../../schema/generated/graphql.ts';
import { dateTime } from '../../format.ts';
import { useSignedIn } from '../../session-context.ts';
import { texts } from '../../texts.ts';
import { FilterForm } from '../finding/filter-form.tsx';
import {
  type FilterField,
  type Filters,
  given,
  startOfDay,
  useFilters,
} from '../finding/filters.ts';
import { FoundList } from '../finding/found-list.tsx';
import { usePagePlace } from '../finding/pager.tsx';
import { ShortId } from '../finding/short-id.tsx';
import { findingTexts } from '../finding/texts.ts';
import { PlaceHead } from '../place-head.tsx';
import { operationsTexts } from '../texts.ts';
import '../finding/finding.css';

const words = findingTexts.access;
const { fields: labels } = findingTexts;
const pageSize = 50;

type Look = AccessRecordsQuery['accessRecords']['nodes'][number];

type Name = 'subject' | 'cartId' | 'from' | 'until';

const fields: readonly FilterField<Name>[] = [
  { name: 'subject', label: labels.subject },
  { name: 'cartId', label: labels.cartId, type: 'uuid' },
  { name: 'from', label: labels.from, type: 'date' },
  { name: 'until', label: labels.until, type: 'date' },
];

export default function AccessPage() {
  const person = useSignedIn();
  return (
    <>
      <PlaceHead title={operationsTexts.places.access} about={words.about} />
      {person?.role === 'admin' ? (
        <Looks />
      ) : (
        <EmptyState icon="eye" title={words.adminTitle}>
          {words.admin}
        </EmptyState>
      )}
    </>
  );
}

function Looks() {
  const state = useFilters(fields);
  const filter = useMemo(() => filterOf(state.values), [state.values]);
  const [place, setPlace] = usePagePlace(pageSize, filter);
  const query = useQuery(AccessRecordsDocument, {
    variables: { filter, ...place },
    fetchPolicy: 'cache-and-network',
  });
  const { data, previousData, error } = query;
  const found =
    data?.accessRecords ?? (error === undefined ? previousData?.accessRecords : undefined);
  return (
    <div className="stack">
      <FilterForm label={words.about} fields={fields} state={state} />
      <FoundList
        {...{ found, query, columns }}
        size={pageSize}
        onTurn={setPlace}
        caption={words.table}
        nothing={
          <EmptyState icon="eye" title={words.emptyTitle}>
            {words.empty}
          </EmptyState>
        }
      />
    </div>
  );
}

function filterOf({ from, until, ...others }: Filters<Name>): AccessFilter {
  return { ...given(others), ...given({ from: startOfDay(from), until: startOfDay(until, 1) }) };
}

const roles: Readonly<Record<string, string>> = texts.roles;

const columns = [
  {
    key: 'at',
    head: words.columns.at,
    cell: ({ at }: Look) => <time dateTime={at}>{dateTime(at)}</time>,
  },
  {
    key: 'who',
    head: words.columns.who,
    cell: ({ subject, role }: Look) => (
      <>
        <bdi>{subject}</bdi> <span className="soft">{roles[role] ?? role}</span>
      </>
    ),
  },
  {
    key: 'cart',
    head: words.columns.cart,
    cell: ({ cartId }: Look) => (
      <Link to={`/ops/carts/${cartId}`}>
        <ShortId id={cartId} />
      </Link>
    ),
  },
  {
    key: 'why',
    head: words.columns.why,
    cell: ({ reason }: Look) =>
      reason == null ? (
        <span className="soft">{words.noReason}</span>
      ) : (
        <bdi className="contents">{reason}</bdi>
      ),
  },
];
