// Light or dark: as the system says, until the reader chooses.

const KEY = 'cartograph:theme';

type Theme = 'light' | 'dark';

function chosenTheme(): Theme | null {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : null;
  } catch {
    // The browser stores nothing.
    return null;
  }
}

/** Before the first picture, so that the page does not flash. */
export function applyTheme(theme = chosenTheme()): void {
  if (theme !== null) document.documentElement.dataset['theme'] = theme;
}

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function toggleTheme(): Theme {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  applyTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch (error) {
    console.warn('This browser stores nothing: a reload forgets the theme.', error);
  }
  return theme;
}
