// The line under the response shows the tabs' current cart. When a cart is opened, its id is set in
// every tab's variables and its token in every tab's headers. Both survive a reload.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useState } from 'react';
import { onCartOpened, type OpenedCart } from './opened-cart.ts';
import { rememberCart, rememberedCart } from './remembered-cart.ts';
import { isEmpty, withCart } from './tour-tabs.ts';

export function CartInHand() {
  const [cart, setCart] = useState<OpenedCart | null>(rememberedCart);
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const isRestored = useRef(false);
  const actions = useGraphiQLActions();

  useEffect(() => {
    const fill = (opened: OpenedCart, isMeant: (tab: (typeof tabs)[number]) => boolean) => {
      const active = tabs[activeTabIndex];
      // The only action that replaces tabs in the store. Their order must stay, and the active tab
      // is found by object identity, so that one is filled separately.
      actions.moveTab(
        tabs.map((tab) =>
          tab === active || !isMeant(tab) ? tab : { ...tab, ...withCart(tab, opened) },
        ),
      );
      if (active === undefined || !isMeant(active)) return;
      const filled = withCart(active, opened);
      headerEditor?.setValue(filled.headers ?? '');
      if (typeof filled.variables === 'string') variableEditor?.setValue(filled.variables);
      actions.updateActiveTabValues(filled);
    };
    // GraphiQL saves its tabs half a second late: after an earlier reload they are empty.
    if (!isRestored.current && headerEditor && variableEditor) {
      isRestored.current = true;
      if (cart !== null && tabs.some(isEmpty)) fill(cart, isEmpty);
    }
    return onCartOpened((opened) => {
      rememberCart(opened);
      fill(opened, () => true);
      setCart(opened);
    });
  }, [cart, tabs, activeTabIndex, headerEditor, variableEditor, actions]);

  if (cart === null) {
    return (
      <div className="cart-in-hand">
        <span className="dot none" />
        <span>No cart yet. Run “OpenCart”: its id and token then fill the other tabs.</span>
      </div>
    );
  }
  return (
    <div className="cart-in-hand">
      <span className="dot" />
      <span>
        Cart <code>{cart.id}</code> is in every tab; its token is in the headers.
      </span>
    </div>
  );
}
