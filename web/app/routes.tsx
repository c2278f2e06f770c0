// The routes. The server answers each of them with the same page; see appPaths in src/http/pages.ts.
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';

const ShopPage = lazy(() => import('./shop/shop-page.tsx'));
const ProductPage = lazy(() => import('./product/product-page.tsx'));
const CheckoutPage = lazy(() => import('./checkout/checkout-page.tsx'));
const OrderPage = lazy(() => import('./order/order-page.tsx'));
const HistoryPage = lazy(() => import('./history/history-page.tsx'));
const SignInPage = lazy(() => import('./sign-in/sign-in-page.tsx'));
const OperationsPage = lazy(() => import('./operations/operations-page.tsx'));

export function AppRoutes() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<ShopPage />} />
        <Route path="products/:sku" element={<ProductPage />} />
        <Route path="checkout" element={<CheckoutPage />} />
        <Route path="orders/:orderId" element={<OrderPage />} />
        <Route path="carts/:id/history" element={<HistoryPage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="ops/*" element={<OperationsPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
