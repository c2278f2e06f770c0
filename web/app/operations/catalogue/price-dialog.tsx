// A new price, at once or from an instant on.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { TextField } from '../../../design/field.tsx';
import {
  ChangeProductPriceDocument,
  type ChangeProductPriceMutation,
} from '../../../../schema/generated/graphql.ts';
import { money } from '../../format.ts';
import { FormDialog } from '../form-dialog.tsx';
import { minorUnitsOf } from '../money-input.ts';
import { operationsTexts } from '../texts.ts';
import { useCommand } from '../use-admin.ts';
import type { AdministeredProduct } from '../use-products.ts';

const words = operationsTexts.catalogue;

interface PriceDialogProps {
  readonly product: AdministeredProduct;
  readonly onClose: () => void;
}

const refusalOf = ({ changeProductPrice }: ChangeProductPriceMutation) =>
  changeProductPrice.rejection;

export function PriceDialog({ product: { sku, name, price }, onClose }: PriceDialogProps) {
  const [typed, setTyped] = useState(price.decimal);
  const [from, setFrom] = useState('');
  const [isBad, setBad] = useState(false);
  const { run, isBusy } = useCommand(ChangeProductPriceDocument, {
    refusalOf,
    done: words.priceSet(name),
  });
  const submit = () => {
    const minorUnits = minorUnitsOf(typed, price.currency);
    setBad(minorUnits === null);
    if (minorUnits === null) return Promise.resolve(false);
    const input = {
      ...{ commandId: newCommandId(), sku, price: { minorUnits, currency: price.currency } },
      ...(from !== '' && { holdsFrom: new Date(from).toISOString() }),
    };
    return run({ input });
  };
  return (
    <FormDialog
      title={words.priceTitle(name)}
      submitLabel={words.setPrice}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="soft">{words.priceAbout(money(price))}</p>
      <TextField
        label={words.newPrice(price.currency)}
        inputMode="decimal"
        value={typed}
        fault={isBad ? operationsTexts.badAmount : undefined}
        onChange={(event) => setTyped(event.target.value)}
        required
      />
      <TextField
        label={words.from}
        hint={words.fromHint}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
    </FormDialog>
  );
}
