// The form of the checkout.
import { type SubmitEvent, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Choices, TextField } from '../../design/field.tsx';
import { Notice } from '../../design/states.tsx';
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { money } from '../format.ts';
import { texts } from '../texts.ts';
import { DeliveryFields } from './delivery-fields.tsx';
import type { CheckoutInUse } from './use-checkout.ts';
import { useDelivery } from './use-delivery.ts';

const words = texts.checkout;
type PaymentToken = keyof typeof words.cards;
const tokens = Object.keys(words.cards) as PaymentToken[];

interface CheckoutFormProps {
  readonly cart: CartFieldsFragment;
  readonly checkout: CheckoutInUse;
}

export function CheckoutForm({ cart, checkout }: CheckoutFormProps) {
  const [email, setEmail] = useState('');
  const [emailFault, setEmailFault] = useState<string>();
  const [paymentToken, setPaymentToken] = useState<PaymentToken>('tok_ok');
  const delivery = useDelivery(cart);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) {
      setEmailFault(words.emailFault);
      return;
    }
    const address = email.trim();
    const prepare = () => delivery.complete(address);
    void checkout.submit({ email: address, paymentToken, prepare });
  };
  return (
    <form className="panel stack loose" onSubmit={onSubmit} noValidate>
      <TextField
        label={words.email}
        hint={words.emailHint}
        fault={emailFault}
        type="email"
        autoComplete="email"
        value={email}
        maxLength={254}
        required
        onChange={(event) => {
          setEmail(event.target.value);
          setEmailFault(undefined);
        }}
      />
      <DeliveryFields delivery={delivery} />
      <div className="stack tight">
        <Choices
          legend={words.payment}
          value={paymentToken}
          onChange={setPaymentToken}
          choices={tokens.map((value) => ({ value, ...words.cards[value] }))}
        />
        <span className="soft small">{words.sandbox}</span>
      </div>
      {checkout.fault !== null && (
        <Notice tone="bad" icon="alert" role="alert">
          <strong>{words.refusedTitle}</strong>
          <p>{checkout.fault}</p>
        </Notice>
      )}
      <Button type="submit" look="primary" size="large" wide busy={checkout.isBusy}>
        {words.pay(money(cart.totals.total))}
      </Button>
    </form>
  );
}
