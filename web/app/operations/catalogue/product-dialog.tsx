// Puts a product on sale, or names, describes and tags one.
import { Fragment, useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { LinesField, TextField } from '../../../design/field.tsx';
import { Notice } from '../../../design/states.tsx';
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
import { useTaken } from '../use-taken.tsx';
import { taxCategoryPattern } from '../tax-category.ts';
import type { AdministeredProduct } from '../use-products.ts';
import { merged, type ProductValues, type RevisedField, valuesOf } from './product-values.ts';
import { useProductNow } from './use-product-now.ts';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts;

interface ProductDialogProps {
  /** Null for a new one. */
  readonly product: AdministeredProduct | null;
  readonly onClose: () => void;
}

const listRefusal = ({ listProduct }: ListProductMutation) => listProduct.rejection;
const reviseRefusal = ({ reviseProduct }: ReviseProductMutation) => reviseProduct.rejection;

export function ProductDialog({ product, onClose }: ProductDialogProps) {
  const [values, setValues] = useState(() => valuesOf(product));
  const set = (change: Partial<ProductValues>) => setValues((before) => ({ ...before, ...change }));
  const listing = useListing(values);
  const { dispute, ...revision } = useRevision(product, values, setValues);
  const { submit, isBusy } = product === null ? listing : revision;
  const { isBadAmount, notice } = listing;
  return (
    <FormDialog
      title={product === null ? words.listTitle : words.reviseTitle(product.name)}
      submitLabel={product === null ? words.putOnSale : words.save}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      {notice}
      {dispute !== null && (
        <ChangedMeanwhile
          dispute={dispute}
          onTake={(field) => set({ [field]: dispute.theirs[field] })}
        />
      )}
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

const detailsOf = (values: ProductValues) => ({
  ...{ commandId: newCommandId(), sku: values.sku.trim(), name: values.name.trim() },
  description: values.description.trim() === '' ? null : values.description.trim(),
  taxCategory: values.taxCategory.trim() === '' ? null : values.taxCategory.trim(),
  tags: values.tags.split(/[\s,]+/).filter((tag) => tag !== ''),
});

function useListing(values: ProductValues) {
  const { expectedRevision, onConflict, notice } = useTaken(values.sku.trim());
  const { run, isBusy } = useCommand(ListProductDocument, {
    ...{ refusalOf: listRefusal, onConflict },
    done: words.listed,
  });
  const [isBadAmount, setBadAmount] = useState(false);
  const submit = (): Promise<boolean> => {
    const { currency } = values;
    const minorUnits = minorUnitsOf(values.price, currency);
    setBadAmount(minorUnits === null);
    if (minorUnits === null) return Promise.resolve(false);
    const price = { minorUnits, currency };
    return run({ input: { ...detailsOf(values), price, expectedRevision } });
  };
  return { submit, isBusy, isBadAmount, notice };
}

interface Dispute {
  readonly theirs: ProductValues;
  readonly fields: readonly RevisedField[];
}

/** Saves on top of what was seen: a change by somebody else comes into the form first. */
function useRevision(
  product: AdministeredProduct | null,
  values: ProductValues,
  setValues: (values: ProductValues) => void,
) {
  const [base, setBase] = useState(product);
  const [dispute, setDispute] = useState<Dispute | null>(null);
  const read = useProductNow();
  const { run, isBusy } = useCommand(ReviseProductDocument, {
    refusalOf: reviseRefusal,
    done: words.saved,
    onConflict: async ({ input }) => {
      const now = await read(values.sku);
      if (now === null) return null;
      setBase(now);
      const theirs = valuesOf(now);
      const { isChanged, disputed, ...so } = merged(valuesOf(base), values, theirs);
      if (!isChanged) {
        return { input: { ...input, commandId: newCommandId(), expectedRevision: now.revision } };
      }
      setValues(so.values);
      setDispute({ theirs, fields: disputed });
      return null;
    },
  });
  const submit = (): Promise<boolean> =>
    run({ input: { ...detailsOf(values), expectedRevision: base?.revision ?? null } });
  return { submit, isBusy, dispute };
}

interface ChangedMeanwhileProps {
  readonly dispute: Dispute;
  readonly onTake: (field: RevisedField) => void;
}

function ChangedMeanwhile({ dispute: { theirs, fields }, onTake }: ChangedMeanwhileProps) {
  return (
    <Notice tone="warm" role="alert">
      <p>{fields.length === 0 ? words.changedElsewhere : words.changedByBoth}</p>
      {fields.length > 0 && (
        <dl className="theirs">
          {fields.map((field) => (
            <Fragment key={field}>
              <dt>{words[field]}</dt>
              <dd>
                <bdi>{theirs[field] === '' ? words.theirsEmpty : theirs[field]}</bdi>
                <Button
                  size="small"
                  aria-label={words.takeTheirsOf(words[field])}
                  onClick={() => onTake(field)}
                >
                  {words.takeTheirs}
                </Button>
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </Notice>
  );
}
