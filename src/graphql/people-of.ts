// The people of an e-mail address, for the lists that staff search.
import type { RequestContext } from './context.js';
import { emailOf } from './input-rules.js';
import type { SoughtPeople } from '../read-models/cart-search.js';

/** Null where no address is asked for. @throws ApiError BAD_USER_INPUT */
export async function peopleOf(
  { services }: RequestContext,
  email: string | null | undefined,
): Promise<SoughtPeople | null> {
  return email == null ? null : services.people.whoGave(emailOf(email));
}
