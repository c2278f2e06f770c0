// Puts a product on sale, or names, describes and tags one.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { LinesField, TextField } from '../../../design/field.tsx';
import {
  ListProductDocument,
  type ListProductMutation,
  ReviseProductDocument,
  type ReviseProductMutation,
} from '../../../../schema/generated/graphql.ts';
import { FormDialog } from '../form-dialog.tsx';
import { minorUnitsOf } from '../money-input.ts';
import { operationsTexts } from '../texts.ts';
import { useCommand } from '../use-admin.ts';
import { standardTax, taxCategoryPattern } from '../tax-category.ts';
import type { AdministeredProduct } from '../use-products.ts';

const words = operationsTexts.catalogue;

interface ProductDialogProps {
  /** Null for a new one. */
  readonly product: AdministeredProduct | null;
  readonly onClose: () => void;
}

const listRefusal = ({ listProduct }: ListProductMutation) => listProduct.rejection;
const reviseRefusal = ({ reviseProduct }: ReviseProductMutation) => reviseProduct.rejection;

export function ProductDialog({ product, onClose }: ProductDialogProps) {
  const fields = useProductFields(product);
  const { values, set } = fields;
  const { submit, isBusy, isBadAmount } = useProductOrder(product, values);
  return (
    <FormDialog
      title={product === null ? words.listTitle : words.reviseTitle(product.name)}
      submitLabel={product === null ? words.putOnSale : words.save}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      {product === null && (
        <TextField
          label={words.sku}
          value={values.sku}
          onChange={(event) => set({ sku: event.target.value })}
          required
          maxLength={64}
        />
      )}
      <TextField
        label={words.name}
        value={values.name}
        onChange={(event) => set({ name: event.target.value })}
        required
        maxLength={200}
      />
      {product === null && (
        <div className="two-fields">
          <TextField
            label={words.firstPrice}
            inputMode="decimal"
            value={values.price}
            fault={isBadAmount ? operationsTexts.badAmount : undefined}
            onChange={(event) => set({ price: event.target.value })}
            required
          />
          <TextField
            label={operationsTexts.currency}
            value={values.currency}
            onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
            required
            pattern="[A-Z]{3}"
            maxLength={3}
          />
        </div>
      )}
      <LinesField
        label={words.description}
        value={values.description}
        onChange={(event) => set({ description: event.target.value })}
        maxLength={2_000}
      />
      <TextField
        label={words.tags}
        hint={words.tagsHint}
        value={values.tags}
        onChange={(event) => set({ tags: event.target.value })}
      />
      <TextField
        label={words.taxCategory}
        hint={words.taxCategoryHint}
        value={values.taxCategory}
        onChange={(event) => set({ taxCategory: event.target.value })}
        maxLength={40}
        pattern={taxCategoryPattern}
      />
    </FormDialog>
  );
}

interface ProductValues {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly currency: string;
  readonly description: string;
  readonly tags: string;
  readonly taxCategory: string;
}

function useProductFields(product: AdministeredProduct | null) {
  const [values, setValues] = useState<ProductValues>({
    sku: product?.sku ?? '',
    name: product?.name ?? '',
    price: product?.price.decimal ?? '',
    currency: product?.price.currency ?? 'GBP',
    description: product?.description ?? '',
    tags: product?.tags.join(' ') ?? '',
    taxCategory: product?.taxCategory ?? standardTax,
  });
  const set = (change: Partial<ProductValues>) => setValues((before) => ({ ...before, ...change }));
  return { values, set };
}

function useProductOrder(product: AdministeredProduct | null, values: ProductValues) {
  const list = useCommand(ListProductDocument, { refusalOf: listRefusal, done: words.listed });
  const revise = useCommand(ReviseProductDocument, { refusalOf: reviseRefusal, done: words.saved });
  const [isBadAmount, setBadAmount] = useState(false);
  const submit = (): Promise<boolean> => {
    const { sku, name, price, currency, description } = values;
    const details = {
      ...{ commandId: newCommandId(), sku: sku.trim(), name: name.trim() },
      description: description.trim() === '' ? null : description.trim(),
      taxCategory: values.taxCategory.trim() === '' ? null : values.taxCategory.trim(),
      tags: values.tags.split(/[\s,]+/).filter((tag) => tag !== ''),
    };
    if (product !== null) return revise.run({ input: details });
    const minorUnits = minorUnitsOf(price, currency);
    setBadAmount(minorUnits === null);
    if (minorUnits === null) return Promise.resolve(false);
    return list.run({ input: { ...details, price: { minorUnits, currency } } });
  };
  return { submit, isBusy: list.isBusy || revise.isBusy, isBadAmount };
}
