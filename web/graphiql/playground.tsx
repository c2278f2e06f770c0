// The playground: GraphiQL with the tour's operations as ready tabs. Opening a cart sets its id and
// token in the tabs, so each following tab runs without edits.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './playground.css';
import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CartInHand } from './cart-in-hand.tsx';
import { createFetcher } from './fetcher.ts';
import { storageInstead } from './storage-instead.ts';
import { SystemTheme } from './system-theme.tsx';
import { tourTabs } from './tour-tabs.ts';

const fetcher = createFetcher(new URL('/graphql', window.location.href));
const storage = storageInstead();
const container = document.getElementById('playground');
if (container === null) throw new Error('The page has no element to hold the playground');

createRoot(container).render(
  <StrictMode>
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={tourTabs}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders
      {...(storage && { storage })}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <a className="playground-logo" href="/">
          Cartograph
        </a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <CartInHand />
        <SystemTheme />
      </GraphiQL.Footer>
    </GraphiQL>
  </StrictMode>,
);
