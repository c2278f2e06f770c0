// A browser that translates the page, and some extensions, put <font> elements in the place of its
// texts. React still holds the texts: taking one away, or putting something before it, would throw,
// and a change of it would not be seen.

/** What stands in the place of a text. */
const stands = new WeakMap<Node, Element>();

/** Called once, before anything is drawn. */
export function bearTranslation(page: Node): void {
  const observer = new MutationObserver((records) => records.forEach(noteReplaced));
  observer.observe(page, { childList: true, subtree: true });
  /* eslint-disable @typescript-eslint/unbound-method -- each is called with its own node */
  const { removeChild, insertBefore } = Node.prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  Node.prototype.removeChild = function removeShown<Child extends Node>(child: Child): Child {
    const shown = shownIn(this, child);
    if (shown !== null) removeChild.call(this, shown);
    return child;
  };
  Node.prototype.insertBefore = function insertShown<Child extends Node>(
    child: Child,
    place: Node | null,
  ): Child {
    stands.get(child)?.remove();
    insertBefore.call(this, child, place === null ? null : shownIn(this, place));
    return child;
  };
}

/** The node itself, what stands for it, or null where neither is a child any more. */
function shownIn(parent: Node, node: Node): Node | null {
  const stand = stands.get(node);
  if (stand === undefined || node.parentNode === parent) return node;
  return stand.parentNode === parent ? stand : null;
}

function noteReplaced(record: MutationRecord): void {
  const stand = [record.addedNodes[0], record.previousSibling, record.nextSibling].find(isStand);
  if (stand === undefined) return;
  for (const node of record.removedNodes) {
    if (!(node instanceof Text) || node.isConnected) continue;
    stands.set(node, stand);
    // The translator sees the text that has come back, and translates it again.
    new MutationObserver(() => stands.get(node)?.replaceWith(node)).observe(node, {
      characterData: true,
    });
  }
}

/** No page of ours has such an element. */
const isStand = (node: Node | null | undefined): node is HTMLElement =>
  node instanceof HTMLElement && node.tagName === 'FONT';
