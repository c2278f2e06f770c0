// The app: one page for all routes; each route's code is loaded when it is opened.
import '../design/design.css';
import './app.css';
import './shop/shop.css';
import './cart/cart.css';
import './media.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { CartProvider } from '../cart-client/cart-context.ts';
import { ToastProvider } from '../design/toast.tsx';
import { noteMissingCode } from './missing-code.ts';
import { AppRoutes } from './routes.tsx';
import { createServices } from './services.ts';
import { SessionContext } from './session-context.ts';
import { FaultBoundary } from './shell/fault-boundary.tsx';
import { texts } from './texts.ts';
import { applyTheme } from './theme.ts';
import { bearTranslation } from './translated-texts.ts';

applyTheme();
noteMissingCode();
const container = document.getElementById('app');
if (container === null) throw new Error('The page has no element to hold the app');
bearTranslation(container);
const { session, carts } = createServices();

createRoot(container).render(
  <StrictMode>
    <SessionContext value={session}>
      <CartProvider services={carts}>
        <ToastProvider closeLabel={texts.close}>
          <FaultBoundary resetKey="app">
            <BrowserRouter>
              <AppRoutes />
            </BrowserRouter>
          </FaultBoundary>
        </ToastProvider>
      </CartProvider>
    </SessionContext>
  </StrictMode>,
);
