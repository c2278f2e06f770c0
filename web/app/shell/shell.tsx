// What all pages have: the header, the state of the connection, and the place of the page itself.
import { lazy, Suspense, useMemo, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Skeleton } from '../../design/states.tsx';
import { CartUnavailable } from '../cart/cart-unavailable.tsx';
import { CartDrawerContext } from '../cart/drawer-context.ts';
import { texts } from '../texts.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { FaultBoundary } from './fault-boundary.tsx';
import { Header } from './header.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { useClosedCart } from './use-closed-cart.ts';
import { useCustomersCart } from './use-customers-cart.ts';
import { usePageFocus } from './use-page-focus.ts';

const CartDrawer = lazy(async () => ({
  default: (await import('../cart/cart-drawer.tsx')).CartDrawer,
}));

export function Shell() {
  const { pathname } = useLocation();
  const content = usePageFocus();
  const [isOpen, setOpen] = useState(false);
  useClosedCart();
  useCustomersCart();
  const drawer = useMemo(
    () => ({ isOpen, open: () => setOpen(true), close: () => setOpen(false) }),
    [isOpen],
  );
  return (
    <CartDrawerContext value={drawer}>
      <a className="skip-link" href="#content">
        {texts.skipToContent}
      </a>
      <Header />
      <ConnectionBar />
      <main id="content" tabIndex={-1} ref={content}>
        <FaultBoundary resetKey={pathname}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </FaultBoundary>
      </main>
      <FaultBoundary resetKey="cart" fallback={<CartUnavailable />}>
        <Suspense>
          <CartDrawer />
        </Suspense>
      </FaultBoundary>
      <SignInAgain />
    </CartDrawerContext>
  );
}

function PageSkeleton() {
  return (
    <div className="page stack" aria-busy="true">
      <span className="visually-hidden" role="status">
        {texts.loading}
      </span>
      <Skeleton width="12rem" height="2.5rem" />
      <Skeleton width="60%" height="1.25rem" />
      <Skeleton height="16rem" />
    </div>
  );
}
