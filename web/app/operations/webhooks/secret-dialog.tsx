// A webhook's secret, shown once.
import { Button } from '../../../design/button.tsx';
import { Dialog } from '../../../design/layer.tsx';
import { texts } from '../../texts.ts';
import { webhookTexts as words } from './texts.ts';

interface SecretDialogProps {
  /** Null: the dialog is closed. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open={secret !== null}
      onClose={onClose}
      title={words.secretTitle}
      closeLabel={texts.close}
      foot={
        <Button look="primary" onClick={onClose}>
          {words.secretDone}
        </Button>
      }
    >
      <div className="stack">
        <p>{words.secretAbout}</p>
        <pre className="secret" tabIndex={0}>
          {secret}
        </pre>
      </div>
    </Dialog>
  );
}
