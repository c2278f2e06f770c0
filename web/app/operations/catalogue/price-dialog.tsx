// A new price, at once or from an instant on.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { TextField } from '../../../design/field.tsx';
import { Notice } from '../../../design/states.tsx';
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
import { useProductNow } from './use-product-now.ts';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts;

interface PriceDialogProps {
  readonly product: AdministeredProduct;
  readonly onClose: () => void;
}

const refusalOf = ({ changeProductPrice }: ChangeProductPriceMutation) =>
  changeProductPrice.rejection;

export function PriceDialog({ product, onClose }: PriceDialogProps) {
  // As somebody else may have left it while the form was open.
  const [{ sku, name, price, revision }, setNow] = useState(product);
  const isOther = price.decimal !== product.price.decimal;
  const [typed, setTyped] = useState(price.decimal);
  const [from, setFrom] = useState('');
  const [isBad, setBad] = useState(false);
  const read = useProductNow();
  const { run, isBusy } = useCommand(ChangeProductPriceDocument, {
    refusalOf,
    done: words.priceSet(name),
    onConflict: async ({ input }) => {
      const now = await read(sku);
      if (now === null) return null;
      setNow(now);
      const again = { ...input, commandId: newCommandId(), expectedRevision: now.revision };
      return now.price.decimal === price.decimal ? { input: again } : null;
    },
  });
  const submit = () => {
    const minorUnits = minorUnitsOf(typed, price.currency);
    setBad(minorUnits === null);
    if (minorUnits === null) return Promise.resolve(false);
    const input = {
      ...{ commandId: newCommandId(), sku, price: { minorUnits, currency: price.currency } },
      ...(from !== '' && { holdsFrom: new Date(from).toISOString() }),
      expectedRevision: revision,
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
      {isOther ? (
        <Notice tone="warm" role="alert">
          {words.priceChangedElsewhere(money(price))}
        </Notice>
      ) : (
        <p className="soft">{words.priceAbout(money(price))}</p>
      )}
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
