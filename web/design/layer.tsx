// Dialogs and drawers on the browser's own <dialog>: it keeps the focus inside, closes on Escape,
// and gives the focus back.
import { type ReactNode, useEffect, useId, useRef, type MouseEvent } from 'react';
import { IconButton } from './button.tsx';

interface LayerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly closeLabel: string;
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
  // A layer that goes away with its page closes no more.
  useEffect(() => tellLayerChange, []);
  const closeOnBackdrop = (event: MouseEvent) => {
    if (event.target === element.current) onClose();
  };
  return (
    <dialog
      ref={element}
      className={kind}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={closeOnBackdrop}
    >
      {open && (
        <>
          <div className="layer-head">
            <h2 id={titleId} className="layer-title">
              {title}
            </h2>
            <IconButton icon="close" label={closeLabel} onClick={onClose} />
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
