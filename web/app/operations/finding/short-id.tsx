// The beginning of a long id, with all of it for who points at it and for screen readers.
const shownLetters = 8;

export function ShortId({ id }: { readonly id: string }) {
  const isShort = id.length <= shownLetters + 1;
  return (
    <code className="id" title={id}>
      <bdi aria-label={id}>{isShort ? id : `${id.slice(0, shownLetters)}…`}</bdi>
    </code>
  );
}
