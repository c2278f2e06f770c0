// A domain with other letters than ASCII has two spellings, and some browsers send the one that the
// shopper did not type. Both are of one person.
import { describe, expect, test } from '@jest/globals';
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { CartSecrets } from '../../src/commands/cart-secrets.js';
import { normalizedAddress, writtenAddress } from '../../src/domain/person/address.js';
import { emailOf } from '../../src/graphql/input-rules.js';
import { spellingsOf } from '../../src/personal-data/address-spellings.js';
import type { PersonKey, PersonKeys } from '../../src/personal-data/person-keys.js';
import { PersonalData } from '../../src/personal-data/personal-data.js';
import { systemTime } from '../../src/waiting/time.js';

const typed = 'Ann@Bücher.example';
const sent = 'ann@xn--bcher-kva.example';

describe('an address', () => {
  test.each([
    [typed, sent],
    ['ann@bu\u0308cher.example', sent],
    [sent, sent],
    ['ann@ｅxample.org', 'ann@example.org'],
    ['Ann+x@Example.org', 'ann+x@example.org'],
    ['ann@ex/ample.org', 'ann@ex/ample.org'],
    ['ann@ex%61mple.org', 'ann@ex%61mple.org'],
    ['ann@1.2.3.999', 'ann@1.2.3.999'],
    ['İnci@example.org', 'i̇nci@example.org'],
  ])('%s is %s', (email, expected) => {
    expect(normalizedAddress(email)).toBe(expected);
  });

  test('in ASCII is what it was in earlier releases', () => {
    for (const email of ['Ann@Example.org', "o'brien@a-b.co.uk", 'a_b@1-2.x.org']) {
      expect(normalizedAddress(email)).toBe(writtenAddress(email));
      expect(spellingsOf(email)).toEqual([writtenAddress(email)]);
    }
  });

  test('is taken without invisible characters, but with joiners', () => {
    expect(emailOf('\u200eann\u200b@exa\u00admple.org\ufeff')).toBe('ann@example.org');
    expect(emailOf('نامه\u200cای@example.org')).toBe('نامه\u200cای@example.org');
    expect(() => emailOf('\u200b@example.org')).toThrow('email must be an e-mail address.');
  });
});

test('a guest uses a coupon under either spelling', () => {
  const secrets = new CartSecrets(randomBytes(32));
  const keyOf = (email: string) => secrets.customerKeyOf(null, { email });
  expect(keyOf(typed)).toBe(keyOf(sent));
  expect(keyOf(typed)).not.toBe(keyOf('bob@bücher.example'));
});

describe('the keys of an address', () => {
  const secret = randomBytes(32);

  /** As an earlier release kept it. */
  const earlierHash = (email: string) =>
    createHmac(
      'sha256',
      Buffer.from(hkdfSync('sha256', secret, '', 'cartograph/e-mail addresses', 32)),
    )
      .update(writtenAddress(email))
      .digest('base64url');

  const keyFor = (keyId: string, addressHash: string): PersonKey => ({
    ...{ keyId, customerId: null, addressHash, wrapped: '', madeAt: 0 },
  });

  test.each([typed, sent])('are found and erased by %s', async (email) => {
    const kept = [
      keyFor('typed', earlierHash(typed)),
      keyFor('sent', earlierHash(sent)),
      keyFor('of another', earlierHash('bob@bücher.example')),
    ];
    const keys: Partial<PersonKeys> = {
      keysOf: (wanted) =>
        Promise.resolve(
          kept.filter((key) => 'addressHash' in wanted && key.addressHash === wanted.addressHash),
        ),
    };
    const people = new PersonalData({
      ...{ keys: keys as PersonKeys, secret, time: systemTime, randomBytes },
    });
    const both = ['sent', 'typed'];
    expect([...(await people.whoGave(email)).keyIds].sort()).toEqual(both);
    expect([...(await people.beginErasure({ email }))].sort()).toEqual(both);
    expect(people.hashOf(typed)).toBe(people.hashOf(sent));
  });
});
