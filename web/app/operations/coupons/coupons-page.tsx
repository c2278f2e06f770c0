// All coupons with their terms; admins define and withdraw them.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Badge, EmptyState, Notice } from '../../../design/states.tsx';
import {
  BoardCouponsDocument,
  type BoardCouponsQuery,
  WithdrawCouponDocument,
  type WithdrawCouponMutation,
} from '../../../../schema/generated/graphql.ts';
import { counted } from '../../format.ts';
import { PageTurner, usePageStack } from '../page-stack.tsx';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import { CouponDialog } from './coupon-dialog.tsx';
import { termsInWords } from './terms-in-words.ts';
import { readAnew } from '../read-anew.ts';

const words = operationsTexts.coupons;
const pageSize = 25;

export type ListedCoupon = BoardCouponsQuery['coupons']['nodes'][number];

export default function CouponsPage() {
  const isAdmin = useIsAdmin();
  const [isOpen, setOpen] = useState(false);
  const stack = usePageStack();
  const { data, previousData, error, loading, refetch } = useQuery(BoardCouponsDocument, {
    variables: { first: pageSize, ...(stack.cursor !== undefined && { after: stack.cursor }) },
    ...readAnew,
    notifyOnNetworkStatusChange: true,
  });
  const page = (data ?? (error === undefined ? previousData : undefined))?.coupons;
  const close = () => {
    setOpen(false);
    void refetch();
  };
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.coupons}
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
      {page === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="stack">
          <p className="soft" role="status">
            {counted(page.totalCount, words.found)}
          </p>
          {page.totalCount === 0 && (
            <EmptyState icon="ticket" title={words.noneTitle}>
              {words.none}
            </EmptyState>
          )}
          <ul className="administered coupons">
            {page.nodes.map((coupon) => (
              <CouponRow key={coupon.id} coupon={coupon} isAdmin={isAdmin} />
            ))}
          </ul>
          <PageTurner
            stack={stack}
            nextCursor={page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null}
            busy={loading}
          />
        </div>
      )}
      {isOpen && <CouponDialog onClose={close} />}
    </>
  );
}

const refusalOf = ({ withdrawCoupon }: WithdrawCouponMutation) => withdrawCoupon.rejection;

interface CouponRowProps {
  readonly coupon: ListedCoupon;
  readonly isAdmin: boolean;
}

function CouponRow({ coupon, isAdmin }: CouponRowProps) {
  const { code, description, withdrawn } = coupon;
  const { run, isBusy } = useCommand(WithdrawCouponDocument, {
    refusalOf,
    done: words.withdrawn(code),
  });
  return (
    <li>
      <span className="what">
        <strong>
          <bdi>{code}</bdi>
        </strong>
        <bdi className="soft">{description}</bdi>
      </span>
      <span className="terms">
        {termsInWords(coupon).map((sentence) => (
          <Badge key={sentence}>{sentence}</Badge>
        ))}
      </span>
      <span>
        {withdrawn ? <Badge tone="bad">{words.isWithdrawn}</Badge> : <Validity coupon={coupon} />}
      </span>
      {isAdmin && !withdrawn && (
        <span className="row tools">
          <Button
            size="small"
            look="danger"
            busy={isBusy}
            aria-label={words.withdrawOf(code)}
            onClick={() => void run({ input: { commandId: newCommandId(), code } })}
          >
            {words.withdraw}
          </Button>
        </span>
      )}
    </li>
  );
}

function Validity({ coupon: { terms } }: { readonly coupon: ListedCoupon }) {
  const now = Date.now();
  if (terms.validFrom !== null && Date.parse(terms.validFrom) > now) {
    return <Badge tone="warm">{words.later}</Badge>;
  }
  if (terms.validUntil !== null && Date.parse(terms.validUntil) <= now) {
    return <Badge>{words.over}</Badge>;
  }
  return (
    <Badge tone="good" dot>
      {words.valid}
    </Badge>
  );
}
