// Dialogs and drawers on the browser's own <dialog>: it keeps the focus inside, closes on Escape,
// and gives the focus back.
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, type MouseEvent } from 'react';
import { IconButton } from './button.tsx';

interface LayerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Left out: it stays until it is answered. */
  readonly closeLabel?: string;
  readonly children: ReactNode;
  /** Stays in view below the scrolling content. */
  readonly foot?: ReactNode;
}

/** Told to the toasts, which move into the topmost layer. */
export const layerChange = 'cartograph:layer';

const tellLayerChange = () => void window.dispatchEvent(new Event(layerChange));

function Layer({
  kind,
  open,
  onClose,
  title,
  closeLabel,
  children,
  foot,
}: LayerProps & { readonly kind: 'dialog' | 'drawer' }) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
    tellLayerChange();
  }, [open]);
  // Only a layer that closes gives the focus back; one that is taken out of the page does not.
  useLayoutEffect(() => {
    const dialog = element.current;
    return () => dialog?.close();
  }, []);
  // A layer that goes away with its page closes no more.
  useEffect(() => tellLayerChange, []);
  const isDemanding = closeLabel === undefined;
  const close = () => {
    // Browsers close a dialog on the second Escape whatever the page says.
    if (isDemanding && open) element.current?.showModal();
    else onClose();
  };
  const pressed = useRef<EventTarget>(null);
  // Text that is selected beyond the edge ends in a click of what holds both ends: the dialog.
  const closeOnBackdrop = (event: MouseEvent) => {
    const isOutside = event.target === element.current && pressed.current === element.current;
    if (isOutside && !isDemanding) onClose();
  };
  return (
    <dialog
      ref={element}
      className={isDemanding ? `${kind} demanding` : kind}
      aria-labelledby={titleId}
      onClose={close}
      onCancel={(event) => {
        if (isDemanding) event.preventDefault();
      }}
      onPointerDown={({ target }) => {
        pressed.current = target;
      }}
      onClick={closeOnBackdrop}
    >
      {open && (
        <>
          <div className="layer-head">
            <h2 id={titleId} className="layer-title">
              {title}
            </h2>
            {closeLabel !== undefined && (
              <IconButton icon="close" label={closeLabel} onClick={onClose} />
            )}
          </div>
          <div className="layer-body">{children}</div>
          {foot !== undefined && <div className="layer-foot">{foot}</div>}
        </>
      )}
    </dialog>
  );
}

export const Dialog = (props: LayerProps) => <Layer kind="dialog" {...props} />;

export const Drawer = (props: LayerProps) => <Layer kind="drawer" {...props} />;
