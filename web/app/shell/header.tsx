// The header of every page: where to go, who is signed in, and the cart.
import { useState } from 'react';
import { Link, NavLink } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { IconButton } from '../../design/button.tsx';
import { Icon } from '../../design/icons.tsx';
import { isPageShown, useSession, useSignedIn } from '../session-context.ts';
import { texts } from '../texts.ts';
import { currentTheme, toggleTheme } from '../theme.ts';
import { CartButton } from './cart-button.tsx';

const words = texts.navigation;

export function Header() {
  return (
    <header className="site-header">
      <div className="inner">
        <Link to="/" className="brand" aria-label={texts.name}>
          <img src="/favicon.svg" alt="" width="32" height="32" />
          <span>{texts.name}</span>
        </Link>
        <Navigation />
        <div className="tools">
          <ThemeButton />
          <Person />
          <CartButton />
        </div>
      </div>
    </header>
  );
}

function Navigation() {
  const { cart } = useCart();
  const person = useSignedIn();
  const isStaff = person?.role === 'support' || person?.role === 'admin';
  return (
    <nav aria-label={words.label}>
      <NavLink to="/" end>
        {words.shop}
      </NavLink>
      {cart !== null && <NavLink to={`/carts/${cart.id}/history`}>{words.history}</NavLink>}
      {isStaff && <NavLink to="/ops">{words.operations}</NavLink>}
      {isPageShown('playground') && <a href="/graphiql">{words.playground}</a>}
    </nav>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  return (
    <IconButton
      icon={theme === 'dark' ? 'sun' : 'moon'}
      label={words.theme}
      onClick={() => setTheme(toggleTheme())}
    />
  );
}

function Person() {
  const session = useSession();
  const person = useSignedIn();
  if (person === null) {
    if (!isPageShown('sign-in')) return null;
    return (
      <Link to="/sign-in" className="button quiet" aria-label={words.signIn}>
        <Icon name="person" />
        <span className="wide-only">{words.signIn}</span>
      </Link>
    );
  }
  return (
    <span className="person">
      <span className="name wide-only">
        <bdi>{person.subject}</bdi>
        <span className="role">{texts.roles[person.role]}</span>
      </span>
      <button
        type="button"
        className="button quiet"
        aria-label={words.signOut}
        onClick={session.signOut}
      >
        <Icon name="leave" />
        <span className="wide-only">{words.signOut}</span>
      </button>
    </span>
  );
}
