// Signing in for development: the service mints a token for the role that is chosen here.
import { type SubmitEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Button } from '../../design/button.tsx';
import { Choices, TextField } from '../../design/field.tsx';
import { Notice } from '../../design/states.tsx';
import { useToast } from '../../design/toast.tsx';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { isPageShown, useSession } from '../session-context.ts';
import type { SignedInRole } from '../session.ts';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { mintedSignIn } from './minted-sign-in.ts';

const words = texts.signIn;
const roles = ['customer', 'support', 'admin'] as const;
const firstNames = { customer: 'ada', support: 'sam', admin: 'root' } as const;

interface SignInPageProps {
  /** The role that is chosen at first. */
  readonly role?: SignedInRole;
  /** Whether the page that needs the sign-in stays open after it. */
  readonly stays?: boolean;
}

export default function SignInPage({ role = 'customer', stays = false }: SignInPageProps) {
  useTitle(words.title);
  if (!isPageShown('sign-in')) return <NotFoundPage />;
  return (
    <div className="page narrow stack loose">
      <div className="page-head">
        <span className="overline">{words.overline}</span>
        <h1>{words.title}</h1>
        <p className="lead">{words.lead}</p>
      </div>
      <SignInForm firstRole={role} stays={stays} />
    </div>
  );
}

interface SignInFormProps {
  readonly firstRole: SignedInRole;
  readonly stays: boolean;
}

function SignInForm({ firstRole, stays }: SignInFormProps) {
  const [role, setRole] = useState<SignedInRole>(firstRole);
  const [subject, setSubject] = useState<string>(firstNames[firstRole]);
  const [reason, setReason] = useState('');
  const { submit, isBusy, fault } = useSignIn(stays);
  const choose = (chosen: SignedInRole) => {
    if (subject === firstNames[role]) setSubject(firstNames[chosen]);
    setRole(chosen);
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void submit({ role, subject, ...(role !== 'customer' && { accessReason: reason }) });
  };
  return (
    <form className="panel stack loose" onSubmit={onSubmit}>
      <Choices
        legend={words.role}
        value={role}
        onChange={choose}
        choices={roles.map((value) => ({
          value,
          label: texts.roles[value],
          about: words.roles[value],
        }))}
      />
      <TextField
        label={words.subject}
        hint={words.subjectHint}
        value={subject}
        onChange={(event) => setSubject(event.target.value)}
        required
        maxLength={100}
        autoComplete="off"
      />
      {role !== 'customer' && (
        <TextField
          label={words.reason}
          hint={words.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          required
          maxLength={200}
          autoComplete="off"
        />
      )}
      {fault !== null && (
        <Notice tone="bad" icon="alert" role="alert">
          {fault}
        </Notice>
      )}
      <div className="row apart">
        <span className="soft">{words.lasts}</span>
        <Button type="submit" look="primary" size="large" busy={isBusy}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}

interface Wanted {
  readonly role: SignedInRole;
  readonly subject: string;
  readonly accessReason?: string;
}

function useSignIn(stays: boolean) {
  const session = useSession();
  const navigate = useNavigate();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = async (wanted: Wanted) => {
    setBusy(true);
    setFault(null);
    try {
      session.signIn({ ...wanted, ...(await mintedSignIn(wanted)) });
      toast({ text: words.done(wanted.subject) });
      if (!stays || wanted.role === 'customer') {
        await navigate(wanted.role === 'customer' ? '/' : '/ops');
      }
    } catch (error) {
      setFault(error instanceof Error ? error.message : words.failed);
      setBusy(false);
    }
  };
  return { submit, isBusy, fault };
}
