// Short messages above the page. Each goes by itself, later while the pointer rests on it.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { Icon } from './icons.tsx';
import { layerChange } from './layer.tsx';

export interface Toast {
  readonly text: string;
  /** Takes the place of the shown toast of the same kind. */
  readonly kind?: string;
  readonly tone?: 'plain' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

type ShownToast = Toast & { readonly id: number };
type ShowToast = (toast: Toast) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Shows a toast. */
export const useToast = (): ShowToast => useContext(ToastContext);

const shownMs = 7_000;
const atMost = 3;
let lastId = 0;

export function ToastProvider({
  closeLabel,
  children,
}: {
  closeLabel: string;
  children: ReactNode;
}) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const show = useCallback<ShowToast>((toast) => {
    lastId += 1;
    const id = lastId;
    const isOther = ({ text, kind }: Toast) => text !== toast.text && (kind ?? text) !== toast.kind;
    setToasts((shown) => [...shown.filter(isOther), { ...toast, id }].slice(-atMost));
  }, []);
  const drop = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  // What was told before a layer opened is not about it, and would cover it.
  const layer = useTopmostLayer();
  const [lastLayer, setLastLayer] = useState(layer);
  if (layer !== lastLayer) {
    setLastLayer(layer);
    // A layer that closes has just told what became of it.
    if (layer !== document.body) {
      setToasts((shown) => shown.filter(({ tone }) => tone === 'bad'));
    }
  }
  return (
    <ToastContext value={show}>
      {children}
      {createPortal(
        <div className="toasts">
          {toasts.map((toast) => (
            <ToastLine key={toast.id} toast={toast} closeLabel={closeLabel} onEnd={drop} />
          ))}
        </div>,
        layer,
      )}
    </ToastContext>
  );
}

/** What lies below a modal layer is hidden from people who cannot see, so toasts go above it. */
function useTopmostLayer(): Element {
  const [layer, setLayer] = useState<Element>(document.body);
  useEffect(() => {
    const find = () =>
      setLayer([...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body);
    window.addEventListener(layerChange, find);
    return () => window.removeEventListener(layerChange, find);
  }, []);
  return layer;
}

interface ToastLineProps {
  readonly toast: ShownToast;
  readonly closeLabel: string;
  readonly onEnd: (id: number) => void;
}

function ToastLine({ toast, closeLabel, onEnd }: ToastLineProps) {
  const [isHeld, setHeld] = useState(false);
  const { id, text, tone = 'plain', action } = toast;
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(() => onEnd(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, isHeld, onEnd]);
  return (
    <div
      className={`toast ${tone}`}
      role={tone === 'bad' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {action !== undefined && (
        <button
          type="button"
          className="button quiet small"
          onClick={() => {
            action.run();
            onEnd(id);
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="button quiet small icon-only"
        aria-label={closeLabel}
        onClick={() => onEnd(id)}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
