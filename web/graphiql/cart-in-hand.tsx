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
        const filled = tabs.map((tab) => ({ ...tab, ...withCart(tab, opened) }));
        // The one action that replaces the tabs in the store; their order stays as it is.
        actions.moveTab(filled);
        const headers = filled[activeTabIndex]?.headers ?? '';
        // The store does not write back into an editor that is open, so the visible one is told.
        headerEditor?.setValue(headers);
        actions.updateActiveTabValues({ headers });
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
