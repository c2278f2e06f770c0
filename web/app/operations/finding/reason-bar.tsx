// The reason that goes on record with each cart that staff are shown: asked for before anything is
// shown, and in view afterwards.
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { TextField } from '../../../design/field.tsx';
import { Icon } from '../../../design/icons.tsx';
import { useSession, useSignedIn } from '../../session-context.ts';
import { findingTexts } from './texts.ts';

const words = findingTexts.reason;

export function useReason(): string {
  return useSignedIn()?.accessReason?.trim() ?? '';
}

interface WithReasonProps {
  readonly children: ReactNode;
  /** They are all that the page has, with its heading. */
  readonly isPage?: boolean;
}

/** Shows its children to who has given a reason. */
export function WithReason({ children, isPage = false }: WithReasonProps) {
  const reason = useReason();
  const Heading = isPage ? 'h1' : 'h2';
  if (reason === '') {
    return (
      <div className="panel reason-ask stack">
        <Heading>{words.ask}</Heading>
        <p className="soft">{words.lead}</p>
        <ReasonForm />
      </div>
    );
  }
  return (
    <div className="stack">
      <ReasonBar />
      {children}
    </div>
  );
}

/** What is on record, with a way to change it. */
export function ReasonBar() {
  const reason = useReason();
  const [isOpen, setOpen] = useState(false);
  if (reason === '' || isOpen) return <ReasonForm onDone={() => setOpen(false)} />;
  return (
    <div className="reason-bar">
      <Icon name="eye" size={16} />
      <span>
        {words.given} <bdi>“{reason}”</bdi>
      </span>
      <button type="button" className="link" onClick={() => setOpen(true)}>
        {words.change}
      </button>
    </div>
  );
}

function ReasonForm({ onDone }: { readonly onDone?: () => void }) {
  const session = useSession();
  const given = useReason();
  const [reason, setReason] = useState(given);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const person = session.person.get();
    const accessReason = reason.trim();
    if (person !== null && accessReason !== '' && accessReason !== given) {
      session.signIn({ ...person, accessReason });
    }
    onDone?.();
  };
  return (
    <form className="reason-form" onSubmit={save}>
      <TextField
        label={words.label}
        hint={words.hint}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required
        maxLength={200}
        autoComplete="off"
      />
      <Button type="submit" look="primary">
        {words.save}
      </Button>
    </form>
  );
}
