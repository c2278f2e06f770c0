// Lies over a page whose reader's sign-in has ended. What was typed there is still there afterwards.
import { useState } from 'react';
import { useStore } from '../../cart-client/use-store.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/layer.tsx';
import { Notice } from '../../design/states.tsx';
import type { Session, SignedIn } from '../session.ts';
import { useSession } from '../session-context.ts';
import { mintedSignIn } from '../sign-in/minted-sign-in.ts';
import { texts } from '../texts.ts';

const words = texts.signIn.again;

export function SignInAgain() {
  const session = useSession();
  const ended = useStore(session.ended);
  return ended === null ? null : <Again session={session} ended={ended} />;
}

function Again({ session, ended }: { readonly session: Session; readonly ended: SignedIn }) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const signIn = async () => {
    setBusy(true);
    setFault(null);
    try {
      session.signIn({ ...ended, ...(await mintedSignIn(ended)) });
    } catch (error) {
      setFault(error instanceof Error ? error.message : texts.signIn.failed);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={session.signOut}
      title={words.title}
      foot={
        <div className="row apart">
          <Button onClick={session.signOut}>{texts.navigation.signOut}</Button>
          <Button look="primary" busy={isBusy} onClick={() => void signIn()} autoFocus>
            {words.submit(ended.subject)}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <p>{words.lead}</p>
        {fault !== null && (
          <Notice tone="bad" icon="alert" role="alert">
            {fault}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
