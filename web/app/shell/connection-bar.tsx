// Tells when the live connection is lost, and when it is back.
import { useEffect, useRef, useState } from 'react';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useStore } from '../../cart-client/use-store.ts';
import { Icon } from '../../design/icons.tsx';
import { texts } from '../texts.ts';
import { useOnline } from './use-online.ts';

const backShownMs = 4_000;

export function ConnectionBar() {
  const { client } = useCartServices();
  const connection = useStore(client.connection);
  const isOnline = useOnline();
  const isAway = !isOnline || connection === 'away';
  const isBack = useJustBack(isAway);
  return (
    <div className="connection-bar" role="status" data-state={isAway ? 'away' : 'live'}>
      {isAway && (
        <p className="away">
          <Icon name="away" size={18} />
          {texts.connection.away}
        </p>
      )}
      {isBack && (
        <p className="back">
          <Icon name="check" size={18} />
          {texts.connection.back}
        </p>
      )}
    </div>
  );
}

/** True for a moment after the connection was away. */
function useJustBack(isAway: boolean): boolean {
  const wasAway = useRef(false);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (isAway) {
      wasAway.current = true;
      setBack(false);
      return undefined;
    }
    if (!wasAway.current) return undefined;
    wasAway.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), backShownMs);
    return () => clearTimeout(timer);
  }, [isAway]);
  return isBack;
}
