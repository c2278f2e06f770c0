// In the place of the cart, where its code could not be loaded: the network was away, or the service
// has another build since. The page goes on without it.
import { useEffect } from 'react';
import { useToast } from '../../design/toast.tsx';
import { texts } from '../texts.ts';
import { useCartDrawer } from './drawer-context.ts';

export function CartUnavailable() {
  const { isOpen, close } = useCartDrawer();
  const toast = useToast();
  useEffect(() => {
    if (!isOpen) return;
    const run = () => window.location.reload();
    toast({ text: texts.cart.notLoaded, tone: 'bad', action: { label: texts.retry, run } });
    close();
  }, [isOpen, close, toast]);
  return null;
}
