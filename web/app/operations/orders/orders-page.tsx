// The place where staff find orders, and see one of them.
import { Route } from 'react-router';
import { operationsTexts } from '../texts.ts';
import { WithReason } from '../finding/reason-bar.tsx';
import { findingTexts } from '../finding/texts.ts';
import { PlaceHead } from '../place-head.tsx';
import { PlacesWithin } from '../places-within.tsx';
import { OrderDetail } from './order-detail.tsx';
import { OrderSearch } from './order-search.tsx';
import '../finding/finding.css';

export default function OrdersPage() {
  return (
    <PlacesWithin>
      <Route
        index
        element={
          <>
            <PlaceHead title={operationsTexts.places.orders} about={findingTexts.orders.about} />
            <WithReason>
              <OrderSearch />
            </WithReason>
          </>
        }
      />
      <Route path=":orderId" element={<OrderDetail />} />
    </PlacesWithin>
  );
}
