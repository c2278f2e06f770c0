// What this shop can do that others cannot, as three steps that lead into it.
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { buttonClass, IconButton } from '../../design/button.tsx';
import { Icon, type IconName } from '../../design/icons.tsx';
import { texts } from '../texts.ts';
import { Contours } from './contours.tsx';

const words = texts.shop;
const KEY = 'cartograph:introduction';
const icons: readonly IconName[] = ['cart', 'window', 'history'];

export function Introduction() {
  const { cart } = useCart();
  const { search } = useLocation();
  // An address that leads to certain products shows these.
  const [isHidden, setHidden] = useState(() => search !== '' || wasHidden());
  if (isHidden) return <h1 className="visually-hidden">{words.title}</h1>;
  const hide = () => {
    setHidden(true);
    rememberHidden();
  };
  const isFilled = cart !== null && cart.lines.length > 0;
  return (
    <section className="introduction">
      <Contours />
      <div className="inner">
        <div className="stack">
          <span className="overline">{words.overline}</span>
          <h1>{words.headline}</h1>
          <p>{words.lead}</p>
          <div className="row">
            {isFilled ? (
              <Link to={`/carts/${cart.id}/history`} className="button amber large">
                <Icon name="history" size={18} />
                {words.toHistory}
              </Link>
            ) : (
              <a href="#products" className="button amber large">
                {words.toProducts}
              </a>
            )}
            <a href="/" target="_blank" rel="noopener" className={buttonClass({ size: 'large' })}>
              {words.secondTab}
            </a>
          </div>
        </div>
        <ol className="steps">
          {words.steps.map(({ title, words: about }, step) => (
            <li key={title} data-done={step === 0 && isFilled}>
              <Icon name={step === 0 && isFilled ? 'check' : (icons[step] ?? 'info')} />
              <div>
                <strong>{title}</strong>
                <span>{about}</span>
              </div>
            </li>
          ))}
        </ol>
      </div>
      <IconButton icon="close" label={words.hide} onClick={hide} />
    </section>
  );
}

function wasHidden(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    // The browser stores nothing.
    return false;
  }
}

function rememberHidden(): void {
  try {
    localStorage.setItem(KEY, 'hidden');
  } catch (error) {
    console.warn('This browser stores nothing: the introduction comes back.', error);
  }
}
