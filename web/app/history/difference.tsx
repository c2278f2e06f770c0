// What changed between two moments; each change names the events that brought it about.
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useMemo, useState } from 'react';
import {
  CartDiffOfRevisionsDocument,
  type CartDiffOfRevisionsQuery,
} from '../../../schema/generated/graphql.ts';
import { Button } from '../../design/button.tsx';
import { EmptyState, Notice, Skeleton } from '../../design/states.tsx';
import { wordsOf } from '../faults.ts';
import { number } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { EventChip } from './event-chip.tsx';
import { useHistory } from './history-context.ts';
import { patiently } from './patiently.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.difference;

type Found = CartDiffOfRevisionsQuery['cartDiffOfRevisions'];
type Change = Found['changes'][number];

export function Difference() {
  const { place, shown, compareFrom } = useHistory();
  if (place.from === null) {
    return (
      <EmptyState
        icon="history"
        title={historyTexts.track.compare}
        actions={
          <Button look="primary" onClick={() => compareFrom(Math.max(0, shown - 1))}>
            {historyTexts.track.compare}
          </Button>
        }
      >
        {words.start}
      </EmptyState>
    );
  }
  return <Between first={Math.min(place.from, shown)} last={Math.max(place.from, shown)} />;
}

function Between({ first, last }: { readonly first: number; readonly last: number }) {
  const { found, fault, isLate } = useDifference(first, last);
  return (
    <div className="stack difference" aria-busy={isLate || undefined}>
      <h3>
        {words.from(number(first))} {words.to(number(last))}
      </h3>
      {fault !== undefined ? (
        <Notice tone="bad" icon="alert" role="alert">
          {wordsOf(fault)}
        </Notice>
      ) : found === undefined ? (
        <Skeleton height="12rem" />
      ) : found.changes.length === 0 ? (
        <p className="soft">{words.none}</p>
      ) : (
        <Changes found={found} />
      )}
    </div>
  );
}

interface Answer {
  readonly key: string;
  readonly found?: Found;
  readonly fault?: unknown;
}

/** The last answer stays until the next one is there. */
function useDifference(first: number, last: number) {
  const apollo = useApolloClient();
  const { cartId } = useHistory();
  const [answer, setAnswer] = useState<Answer>();
  const key = `${first} ${last}`;
  useEffect(() => {
    const run = new AbortController();
    const give = (content: Omit<Answer, 'key'>) => {
      if (!run.signal.aborted) setAnswer({ key, ...content });
    };
    patiently(async () => {
      const { data } = await apollo.query({
        query: CartDiffOfRevisionsDocument,
        variables: { cartId, fromRevision: first, toRevision: last },
        fetchPolicy: 'no-cache',
      });
      if (data === undefined) throw new Error('The difference came without data');
      give({ found: data.cartDiffOfRevisions });
    }, run.signal).catch((fault: unknown) => give({ fault }));
    return () => run.abort();
  }, [apollo, cartId, first, last, key]);
  return { found: answer?.found, fault: answer?.fault, isLate: answer?.key !== key };
}

function Changes({ found }: { readonly found: Found }) {
  const names = useMemo(() => {
    const lines = [...(found.from?.lines ?? []), ...(found.to?.lines ?? [])];
    return new Map(lines.map(({ sku, name }) => [sku, shownName(name)]));
  }, [found]);
  const [isAll, setAll] = useState(false);
  const changes = inOrder(found.changes);
  const shown = isAll ? changes : changes.slice(0, mostChanges);
  return (
    <>
      <ul className="changes" aria-label={words.caption} data-testid="changes">
        {shown.map((change) => (
          <li key={change.path} data-path={change.path}>
            <span className="what">
              <bdi>{pathInWords(change.path, names)}</bdi>
            </span>
            <span className="values numbers">
              <span className="before">
                <span className="visually-hidden">{words.before} </span>
                <bdi>{change.before ?? words.absent}</bdi>
              </span>
              <span aria-hidden="true"> → </span>
              <span className="after">
                <span className="visually-hidden">{words.after} </span>
                <bdi>{change.after ?? words.absent}</bdi>
              </span>
            </span>
            <Causes change={change} />
          </li>
        ))}
      </ul>
      {shown.length < changes.length && (
        <Button size="small" onClick={() => setAll(true)}>
          {words.showAll(number(changes.length))}
        </Button>
      )}
    </>
  );
}

/** More rows than this would slow the slider down. */
const mostChanges = 60;
const mostImportant: readonly string[] = ['totals.total', 'status'];

/** What it comes to is told first. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const first = mostImportant.flatMap((path) => changes.filter((change) => change.path === path));
  return [...first, ...changes.filter((change) => !mostImportant.includes(change.path))];
}

const mostChips = 8;

function Causes({ change }: { readonly change: Change }) {
  const { past } = useHistory();
  const revisions = useMemo(() => {
    const byId = new Map(past.events.map((event) => [event?.id, event?.revision]));
    return change.eventIds.flatMap((id) => byId.get(id) ?? []);
  }, [past.events, change]);
  if (change.eventIds.length === 0) {
    return (
      <span className="by soft">
        {words.by} {words.time}
      </span>
    );
  }
  const more = change.eventIds.length - mostChips;
  return (
    <span className="by">
      <span className="soft">{words.by}</span>
      {revisions.slice(-mostChips).map((revision) => (
        <EventChip key={revision} revision={revision} />
      ))}
      {more > 0 && <span className="soft">+{number(more)}</span>}
    </span>
  );
}

/** A SKU or a code can contain dots: what is between the first and the last of them is its name. */
function pathInWords(path: string, names: ReadonlyMap<string, string>): string {
  const known = words.paths[path];
  if (known !== undefined) return known;
  const [, kind, rest = ''] = /^(lines|coupons)\.(.*)$/s.exec(path) ?? [];
  if (kind === 'coupons') return words.coupon(rest);
  const [, sku = rest, fact = ''] = /^(.*)\.([^.]*)$/s.exec(rest) ?? [];
  if (kind !== 'lines') return path;
  return words.line(names.get(sku) ?? sku, words.lineFacts[fact] ?? fact);
}
