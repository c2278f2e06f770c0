// The colours of the design for a canvas, which knows no variables of CSS.
import { useSyncExternalStore } from 'react';
import { currentTheme } from '../../theme.ts';

/** The colour that a variable has now, such as `rgb(193, 122, 47)`. */
export function colourOf(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function subscribe(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  const chosen = new MutationObserver(onChange);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', onChange);
    chosen.disconnect();
  };
}

/** Light or dark; changes as the page does. */
export const useScheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, currentTheme);
