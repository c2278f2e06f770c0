// The stock: what is on hand, held and available, deliveries, and corrections after a count.
import { useLazyQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Choices, TextField } from '../../../design/field.tsx';
import { signedNumberIn } from '../../../design/latin-digits.ts';
import { Badge, Notice } from '../../../design/states.tsx';
import {
  AdjustStockDocument,
  type AdjustStockMutation,
  ReceiveStockDocument,
  type ReceiveStockMutation,
  StockDocument,
} from '../../../../schema/generated/graphql.ts';
import { number } from '../../format.ts';
import { FormDialog } from '../form-dialog.tsx';
import { mostUnits, NumberField } from '../number-field.tsx';
import { PlaceHead } from '../place-head.tsx';
import { ProductList } from '../product-search.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import { type AdministeredProduct, useProducts } from '../use-products.ts';

const words = operationsTexts.stock;

interface Opened {
  readonly what: 'receive' | 'adjust';
  readonly product: AdministeredProduct;
}

export default function StockPage() {
  const found = useProducts();
  const isAdmin = useIsAdmin();
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => {
    setOpened(null);
    void found.refetch();
  };
  return (
    <>
      <PlaceHead title={operationsTexts.places.stock} about={words.about} />
      {!isAdmin && <Notice>{operationsTexts.onlyAdmins}</Notice>}
      <ProductList found={found}>
        {(product) => (
          <>
            <Level product={product} />
            {isAdmin && (
              <span className="row tools">
                <Button
                  size="small"
                  icon="plus"
                  aria-label={words.receiveOf(product.name)}
                  onClick={() => setOpened({ what: 'receive', product })}
                >
                  {words.receive}
                </Button>
                <Button
                  size="small"
                  aria-label={words.adjustOf(product.name)}
                  onClick={() => setOpened({ what: 'adjust', product })}
                >
                  {words.adjust}
                </Button>
              </span>
            )}
          </>
        )}
      </ProductList>
      {opened?.what === 'receive' && <ReceiveDialog product={opened.product} onClose={close} />}
      {opened?.what === 'adjust' && <AdjustDialog product={opened.product} onClose={close} />}
    </>
  );
}

function Level({ product: { tracked, available } }: { readonly product: AdministeredProduct }) {
  if (!tracked) {
    return (
      <span className="level">
        <Badge>{words.untracked}</Badge>
      </span>
    );
  }
  return (
    <span className="level">
      <strong className="numbers">{number(available)}</strong>{' '}
      <span className="soft">{words.available}</span>{' '}
      {available === 0 && <Badge tone="bad">{words.gone}</Badge>}
      {available > 0 && available <= 10 && <Badge tone="warm">{words.low}</Badge>}
    </span>
  );
}

interface StockDialogProps {
  readonly product: AdministeredProduct;
  readonly onClose: () => void;
}

const receiveRefusal = ({ receiveStock }: ReceiveStockMutation) => receiveStock.rejection;

function ReceiveDialog({ product: { sku, name }, onClose }: StockDialogProps) {
  const [quantity, setQuantity] = useState('');
  const [reference, setReference] = useState('');
  const { run, isBusy } = useCommand(ReceiveStockDocument, {
    refusalOf: receiveRefusal,
    done: words.received(name),
  });
  const submit = () => {
    const input = {
      ...{ commandId: newCommandId(), sku, quantity: signedNumberIn(quantity) ?? 0 },
      ...(reference.trim() !== '' && { reference: reference.trim() }),
    };
    return run({ input });
  };
  return (
    <FormDialog
      title={words.receiveOf(name)}
      submitLabel={words.receive}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      <CurrentLevel sku={sku} />
      <NumberField
        label={words.quantity}
        minimum={1}
        value={quantity}
        onChange={setQuantity}
        required
      />
      <TextField
        label={words.reference}
        hint={words.referenceHint}
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        maxLength={200}
      />
    </FormDialog>
  );
}

const adjustRefusal = ({ adjustStock }: AdjustStockMutation) => adjustStock.rejection;

function AdjustDialog({ product: { sku, name }, onClose }: StockDialogProps) {
  const [way, setWay] = useState<'onHand' | 'change'>('onHand');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const { run, isBusy } = useCommand(AdjustStockDocument, {
    refusalOf: adjustRefusal,
    done: words.adjusted(name),
  });
  const submit = () =>
    run({
      input: {
        ...{ commandId: newCommandId(), sku, reason: reason.trim() },
        [way]: signedNumberIn(value) ?? 0,
      },
    });
  return (
    <FormDialog
      title={words.adjustOf(name)}
      submitLabel={words.adjust}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={submit}
    >
      <CurrentLevel sku={sku} />
      <Choices
        legend={words.way}
        value={way}
        onChange={setWay}
        choices={[
          { value: 'onHand', label: words.counted, about: words.countedAbout },
          { value: 'change', label: words.change, about: words.changeAbout },
        ]}
      />
      <NumberField
        label={way === 'onHand' ? words.onHand : words.change}
        minimum={way === 'onHand' ? 0 : -mostUnits}
        value={value}
        onChange={setValue}
        required
      />
      <TextField
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required
        maxLength={200}
      />
    </FormDialog>
  );
}

/** From the log, as of the moment when the dialog opened. */
function CurrentLevel({ sku }: { readonly sku: string }) {
  const [ask, { data }] = useLazyQuery(StockDocument, { fetchPolicy: 'network-only' });
  useEffect(() => {
    // The dialog works without it.
    ask({ variables: { sku } }).catch(() => undefined);
  }, [ask, sku]);
  const level = data?.stock;
  return (
    <p className="soft numbers">
      {level == null
        ? words.notCountedYet
        : words.level(number(level.onHand), number(level.reserved), number(level.available))}
    </p>
  );
}
