// The place where staff find carts, and see one of them.
import { Route } from 'react-router';
import { operationsTexts } from '../texts.ts';
import { WithReason } from '../finding/reason-bar.tsx';
import { findingTexts } from '../finding/texts.ts';
import { PlaceHead } from '../place-head.tsx';
import { PlacesWithin } from '../places-within.tsx';
import { CartDetail } from './cart-detail.tsx';
import { CartSearch } from './cart-search.tsx';
import '../finding/finding.css';

export default function CartsPage() {
  return (
    <PlacesWithin>
      <Route
        index
        element={
          <>
            <PlaceHead title={operationsTexts.places.carts} about={findingTexts.carts.about} />
            <WithReason>
              <CartSearch />
            </WithReason>
          </>
        }
      />
      <Route path=":cartId" element={<CartDetail />} />
    </PlacesWithin>
  );
}
