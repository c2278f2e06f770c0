// The places of the board: beside the content on a wide screen, behind one button on a narrow one.
import { useEffect, useState } from 'react';
import { NavLink, useLocation } from 'react-router';
import { Icon } from '../../design/icons.tsx';
import { Drawer } from '../../design/layer.tsx';
import { texts } from '../texts.ts';
import { addressOf, shownGroups, shownPlaces } from './places.ts';
import { operationsTexts as words } from './texts.ts';

export function PlacesNavigation() {
  return (
    <>
      <nav className="board-places" aria-label={words.navigation}>
        <PlaceLinks />
      </nav>
      <PlacesMenu />
    </>
  );
}

function PlaceLinks() {
  return (
    <>
      {shownGroups.map(({ title, places }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {places.map((place) => (
              <li key={place.path}>
                <NavLink to={addressOf(place)} end={place.path === ''}>
                  <Icon name={place.icon} size={18} />
                  {place.title}
                </NavLink>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function PlacesMenu() {
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(false), [pathname]);
  const here =
    shownPlaces.find((place) => place.path !== '' && pathname.startsWith(addressOf(place))) ??
    shownPlaces[0];
  return (
    <div className="board-menu">
      <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="menu" size={18} />
        <span>{here?.title ?? words.title}</span>
        <span className="soft">{words.menu}</span>
      </button>
      <Drawer
        open={isOpen}
        onClose={() => setOpen(false)}
        title={words.title}
        closeLabel={texts.close}
      >
        <nav className="board-places in-drawer" aria-label={words.navigation}>
          <PlaceLinks />
        </nav>
      </Drawer>
    </div>
  );
}
