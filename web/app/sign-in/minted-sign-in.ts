// Asks the service for a token. It answers only in development, and only on its own computer.
import type { SignedIn } from '../session.ts';
import { texts } from '../texts.ts';

type Minted = Pick<SignedIn, 'token' | 'expiresAt'>;

/** @throws Error with a sentence for the person at the screen */
export async function mintedSignIn(wanted: Pick<SignedIn, 'subject' | 'role'>): Promise<Minted> {
  const { subject, role } = wanted;
  const response = await fetch('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject, role }),
  });
  const answer = (await response.json()) as Partial<Minted> & {
    readonly errors?: readonly { readonly message: string }[];
  };
  const { token, expiresAt, errors } = answer;
  if (token === undefined || expiresAt === undefined) {
    throw new Error(errors?.[0]?.message ?? texts.signIn.failed);
  }
  return { token, expiresAt: expiresAt + aheadMs(response) };
}

/**
 * How far this clock is ahead of the service's: a sign-in lasts as long here as there, whatever
 * either clock says. The header has whole seconds, so it may end a second early.
 */
function aheadMs({ headers }: Response): number {
  const there = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(there) ? 0 : Date.now() - there - 1_000;
}
