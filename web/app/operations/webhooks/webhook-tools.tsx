// What admins do with one webhook.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import {
  PauseWebhookDocument,
  type PauseWebhookMutation,
  RemoveWebhookDocument,
  type RemoveWebhookMutation,
  ResumeWebhookDocument,
  type ResumeWebhookMutation,
  RotateWebhookSecretDocument,
  type RotateWebhookSecretMutation,
  type WebhookFieldsFragment,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useCommand } from '../use-admin.ts';
import { webhookTexts as words } from './texts.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

interface WebhookToolsProps {
  readonly webhook: WebhookFieldsFragment;
  readonly onChange: () => void;
  readonly onSecret: (secret: string | null) => void;
}

export function WebhookTools({ webhook, onChange, onSecret }: WebhookToolsProps) {
  const { url } = webhook;
  const [opened, setOpened] = useState<'edit' | 'rotate' | 'remove' | null>(null);
  const close = () => {
    setOpened(null);
    onChange();
  };
  return (
    <div className="row webhook-tools">
      <Button size="small" aria-label={words.editOf(url)} onClick={() => setOpened('edit')}>
        {words.edit}
      </Button>
      <PauseButton webhook={webhook} onChange={onChange} />
      <Button size="small" aria-label={words.rotateOf(url)} onClick={() => setOpened('rotate')}>
        {words.rotate}
      </Button>
      <Button
        size="small"
        look="danger"
        aria-label={words.removeOf(url)}
        onClick={() => setOpened('remove')}
      >
        {words.remove}
      </Button>
      {opened === 'edit' && <WebhookDialog webhook={webhook} onClose={close} onSecret={onSecret} />}
      {opened === 'rotate' && (
        <RotateDialog webhook={webhook} onClose={close} onSecret={onSecret} />
      )}
      {opened === 'remove' && <RemoveDialog webhook={webhook} onClose={close} />}
    </div>
  );
}

const pauseRefusal = ({ pauseWebhook }: PauseWebhookMutation) => pauseWebhook.rejection;
const resumeRefusal = ({ resumeWebhook }: ResumeWebhookMutation) => resumeWebhook.rejection;

function PauseButton({
  webhook: { id: webhookId, url, status },
  onChange,
}: Pick<WebhookToolsProps, 'webhook' | 'onChange'>) {
  const pause = useCommand(PauseWebhookDocument, { refusalOf: pauseRefusal, done: words.paused });
  const resume = useCommand(ResumeWebhookDocument, {
    refusalOf: resumeRefusal,
    done: words.resumed,
  });
  const isOn = status === 'ENABLED';
  const run = async () => {
    await (isOn ? pause : resume).run({ input: { commandId: newCommandId(), webhookId } });
    onChange();
  };
  return (
    <Button
      size="small"
      icon={isOn ? 'pause' : 'play'}
      busy={pause.isBusy || resume.isBusy}
      aria-label={isOn ? words.pauseOf(url) : words.resumeOf(url)}
      onClick={() => void run()}
    >
      {isOn ? words.pause : words.resume}
    </Button>
  );
}

type AskedProps = Pick<WebhookToolsProps, 'webhook'> & { readonly onClose: () => void };

const rotateRefusal = ({ rotateWebhookSecret }: RotateWebhookSecretMutation) =>
  rotateWebhookSecret.rejection;

function RotateDialog({
  webhook: { id: webhookId, url },
  onClose,
  onSecret,
}: AskedProps & Pick<WebhookToolsProps, 'onSecret'>) {
  const { run, isBusy } = useCommand(RotateWebhookSecretDocument, {
    refusalOf: rotateRefusal,
    onData: ({ rotateWebhookSecret }) => onSecret(rotateWebhookSecret.secret),
  });
  return (
    <FormDialog
      title={words.rotateTitle}
      submitLabel={words.rotateNow}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={() => run({ input: { commandId: newCommandId(), webhookId } })}
    >
      <Asked url={url} about={words.rotateAbout} />
    </FormDialog>
  );
}

const removeRefusal = ({ removeWebhook }: RemoveWebhookMutation) => removeWebhook.rejection;

function RemoveDialog({ webhook: { id: webhookId, url }, onClose }: AskedProps) {
  const { run, isBusy } = useCommand(RemoveWebhookDocument, {
    refusalOf: removeRefusal,
    done: words.removed,
  });
  return (
    <FormDialog
      title={words.removeTitle}
      submitLabel={words.removeNow}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={() => run({ input: { commandId: newCommandId(), webhookId } })}
    >
      <Asked url={url} about={words.removeAbout} />
    </FormDialog>
  );
}

function Asked({ url, about }: { readonly url: string; readonly about: string }) {
  return (
    <>
      <p className="webhook-url">
        <bdi>{url}</bdi>
      </p>
      <p className="soft">{about}</p>
    </>
  );
}
