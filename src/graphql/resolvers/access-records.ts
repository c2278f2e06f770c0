// Admins see who of the staff looked at which cart, when and why.
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { demand } from '../access.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeAccess, encodeAccess } from '../cursors.js';
import * as rules from '../input-rules.js';
import { askedPage } from '../asked-page.js';
import { PageArguments } from '../types/page-arguments.js';
import { AccessFilter, AccessRecordConnection } from '../types/access-types.js';

@Resolver()
export class AccessRecords {
  @Query(() => AccessRecordConnection, {
    description:
      'Who of the staff looked at which cart, when and why, the newest first; for admins',
  })
  async accessRecords(
    @Ctx() context: RequestContext,
    @Args() pages: PageArguments,
    @Arg('filter', () => AccessFilter, { nullable: true, description: 'Default: no filter' })
    filter?: AccessFilter | null,
  ): Promise<AccessRecordConnection> {
    demand(context, 'accesses:read');
    const range = askedPage(pages, decodeAccess);
    const { cartId, subject, from, until } = filter ?? {};
    const page = await context.services.reads.accesses({
      ...range,
      cartId: cartId == null ? null : rules.uuidOf(cartId, 'cartId'),
      subject: subject == null ? null : rules.textOf(subject, 'subject'),
      from: from ?? null,
      until: until ?? null,
    });
    return connection(
      page,
      (access) => access,
      ({ at, id }) => encodeAccess({ at, key: id }),
    );
  }
}
