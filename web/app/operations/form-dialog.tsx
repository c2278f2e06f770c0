// A form in a dialog: it stays open until the service took it.
import { type ReactNode, type SubmitEvent, useId } from 'react';
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
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await onSubmit()) onClose();
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
