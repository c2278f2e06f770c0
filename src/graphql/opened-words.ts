// Opens what events store encrypted of a person. What an erased person wrote is null.
import type { PostalAddress } from '../commands/delivery-requests.js';
import type { SealedWords } from '../domain/cart/delivery/events.js';
import type { ApiServices } from './services.js';

type Opener = Pick<ApiServices, 'personalTexts'>;

export async function openedText(
  { personalTexts }: Opener,
  sealed: SealedWords | null | undefined,
): Promise<string | null> {
  return sealed == null ? null : ((await personalTexts.openText(sealed)) ?? null);
}

export async function openedAddress(
  services: Opener,
  sealed: SealedWords | null | undefined,
): Promise<PostalAddress | null> {
  const text = await openedText(services, sealed);
  return text === null ? null : (JSON.parse(text) as PostalAddress);
}
