// What GraphiQL stores its tabs in where the browser lends no storage: it is forgotten with the page.

/** Undefined where the browser's own storage is there, which GraphiQL takes by itself. */
export function storageInstead(): Storage | undefined {
  try {
    localStorage.getItem('graphiql:tabState');
    return undefined;
  } catch (error) {
    console.warn('This browser stores nothing: a reload forgets the tabs.', error);
    return forgetfulStorage();
  }
}

function forgetfulStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  };
}
