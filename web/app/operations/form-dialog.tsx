// A form in a dialog: it stays open until the service took it.
import { useApolloClient } from '@apollo/client/react';
import { type ReactNode, type SubmitEvent, useEffect, useId, useRef } from 'react';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/layer.tsx';
import { texts } from '../texts.ts';
import { operationsTexts as words } from './texts.ts';

interface FormDialogProps {
  readonly title: string;
  readonly submitLabel: string;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  /** Resolves with whether the service took it. */
  readonly onSubmit: () => Promise<boolean>;
  readonly children: ReactNode;
}

export function FormDialog({
  title,
  submitLabel,
  isBusy,
  onClose,
  onSubmit,
  children,
}: FormDialogProps) {
  const id = useId();
  const client = useApolloClient();
  const isOpen = useIsThere();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(await onSubmit())) return;
    if (isOpen()) onClose();
    // It was closed before the answer came: the page was read too early, and has another dialog.
    else await client.refetchQueries({ include: 'active' });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      closeLabel={texts.close}
      foot={
        <div className="row apart">
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={id} look="primary" busy={isBusy}>
            {submitLabel}
          </Button>
        </div>
      }
    >
      <form id={id} className="stack" onSubmit={(event) => void submit(event)}>
        {children}
      </form>
    </Dialog>
  );
}

/** Whether the component that calls is still drawn. */
function useIsThere(): () => boolean {
  const isThere = useRef(false);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  return () => isThere.current;
}
