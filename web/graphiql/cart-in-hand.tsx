// The line under the response: which cart the tabs are about. When a cart is opened its id goes
// into every tab's variables and its token into every tab's headers.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { onCartOpened, type OpenedCart } from './opened-cart.ts';
import { withCart } from './tour-tabs.ts';

export function CartInHand() {
  const [cart, setCart] = useState<OpenedCart | null>(null);
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const actions = useGraphiQLActions();

  useEffect(
    () =>
      onCartOpened((opened) => {
        const active = tabs[activeTabIndex];
        // The one action that replaces tabs in the store. Their order stays as it is, and it knows
        // the active one by being the very object, so that one is filled on its own.
        actions.moveTab(
          tabs.map((tab) => (tab === active ? tab : { ...tab, ...withCart(tab, opened) })),
        );
        if (active === undefined) return;
        const filled = withCart(active, opened);
        headerEditor?.setValue(filled.headers ?? '');
        actions.updateActiveTabValues(filled);
        setCart(opened);
      }),
    [tabs, activeTabIndex, headerEditor, actions],
  );

  if (cart === null) {
    return (
      <div className="cart-in-hand">
        <span className="dot none" />
        No cart yet. Run “OpenCart”: its id and token then fill the other tabs.
      </div>
    );
  }
  return (
    <div className="cart-in-hand">
      <span className="dot" />
      Cart <code>{cart.id}</code> is in every tab; its token is in the headers.
    </div>
  );
}
