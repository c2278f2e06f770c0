// Names as a page shows them. Old price lists shout: a name in capitals alone is set in small ones.

export function shownName(name: string): string {
  if (name !== name.toUpperCase() || name === name.toLowerCase()) return name;
  const small = name.toLowerCase();
  return small.charAt(0).toUpperCase() + small.slice(1);
}
