// Registers a webhook, or gives one another address and other events.
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Checks, TextField } from '../../../design/field.tsx';
import { Notice } from '../../../design/states.tsx';
import {
  ChangeWebhookDocument,
  type ChangeWebhookMutation,
  RegisterWebhookDocument,
  type RegisterWebhookMutation,
  type WebhookEventType,
  type WebhookFieldsFragment,
  WebhooksDocument,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useCommand } from '../use-admin.ts';
import { webhookTexts as words } from './texts.ts';

interface WebhookDialogProps {
  /** Null for a new one. */
  readonly webhook: WebhookFieldsFragment | null;
  readonly onClose: () => void;
  /** Told the secret of a new one. */
  readonly onSecret: (secret: string | null) => void;
}

const registerRefusal = ({ registerWebhook }: RegisterWebhookMutation) => registerWebhook.rejection;
const changeRefusal = ({ changeWebhook }: ChangeWebhookMutation) => changeWebhook.rejection;

const choices = (Object.keys(words.events) as WebhookEventType[]).map((type) => ({
  value: type,
  label: words.events[type],
}));

export function WebhookDialog({ webhook, onClose, onSecret }: WebhookDialogProps) {
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [eventTypes, setEventTypes] = useState<readonly WebhookEventType[]>(
    webhook?.eventTypes ?? [],
  );
  const [isBad, setBad] = useState(false);
  const register = useCommand(RegisterWebhookDocument, {
    refusalOf: registerRefusal,
    done: words.registered,
    onData: ({ registerWebhook }) => onSecret(registerWebhook.secret),
  });
  const [first] = useState(webhook);
  // As somebody else may have left it while the form was open.
  const [now, setNow] = useState(webhook);
  const client = useApolloClient();
  const change = useCommand(ChangeWebhookDocument, {
    refusalOf: changeRefusal,
    done: words.saved,
    onConflict: async ({ input }) => {
      const asked = { query: WebhooksDocument, fetchPolicy: 'network-only' } as const;
      const { data } = await client.query(asked);
      setNow(data?.webhooks.find(({ id }) => id === input.webhookId) ?? now);
      return null;
    },
  });
  const submit = () => {
    setBad(eventTypes.length === 0);
    if (eventTypes.length === 0) return Promise.resolve(false);
    const terms = { commandId: newCommandId(), url: url.trim(), eventTypes: [...eventTypes] };
    return webhook === null
      ? register.run({ input: terms })
      : change.run({
          input: { ...terms, webhookId: webhook.id, expectedRevision: now?.revision ?? null },
        });
  };
  return (
    <FormDialog
      title={webhook === null ? words.register : words.editTitle}
      submitLabel={webhook === null ? words.register : words.save}
      isBusy={register.isBusy || change.isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      {now !== null && now.revision !== first?.revision && (
        <Notice tone="warm" role="alert">
          <p>{words.changedElsewhere}</p>
          <p>
            <bdi>{now.url}</bdi>: {now.eventTypes.map((type) => words.events[type]).join(', ')}.{' '}
            {words.states[now.status]}.
          </p>
        </Notice>
      )}
      <TextField
        label={words.url}
        hint={words.urlHint}
        type="url"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
        required
        maxLength={200}
        placeholder="https://"
        autoComplete="off"
      />
      <Checks
        legend={words.eventTypes}
        choices={choices}
        values={eventTypes}
        onChange={setEventTypes}
        fault={isBad ? words.noEvents : undefined}
      />
    </FormDialog>
  );
}
