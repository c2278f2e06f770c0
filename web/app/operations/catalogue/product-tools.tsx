// What a line of the catalogue shows of a product, and what can be done with it.
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Badge } from '../../../design/states.tsx';
import { useToast } from '../../../design/toast.tsx';
import {
  DelistProductDocument,
  type DelistProductMutation,
  RestoreProductDocument,
  type RestoreProductMutation,
} from '../../../../schema/generated/graphql.ts';
import { date, dateTime, money } from '../../format.ts';
import { texts } from '../../texts.ts';
import { useCommand } from '../use-admin.ts';
import type { AdministeredProduct } from '../use-products.ts';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts;

export type ProductTask = 'revise' | 'price' | 'history';

interface ProductToolsProps {
  readonly product: AdministeredProduct;
  readonly isAdmin: boolean;
  readonly onOpen: (what: ProductTask) => void;
  readonly onChange: () => void;
}

export function ProductTools({ product, isAdmin, onOpen, onChange }: ProductToolsProps) {
  const { name, price, onSale } = product;
  return (
    <>
      {onSale ? <Tags product={product} /> : <Withdrawal product={product} />}
      <strong className="amount">{money(price)}</strong>
      <span className="row tools">
        {isAdmin && onSale && (
          <>
            <Button size="small" aria-label={words.priceOf(name)} onClick={() => onOpen('price')}>
              {words.price}
            </Button>
            <Button size="small" aria-label={words.reviseOf(name)} onClick={() => onOpen('revise')}>
              {words.revise}
            </Button>
          </>
        )}
        <Button
          size="small"
          look="quiet"
          icon="history"
          aria-label={words.historyOf(name)}
          onClick={() => onOpen('history')}
        >
          {words.history}
        </Button>
        {isAdmin && onSale && <DelistButton product={product} onChange={onChange} />}
        {isAdmin && !onSale && <RestoreButton product={product} onChange={onChange} />}
      </span>
    </>
  );
}

type ShownProps = Pick<ProductToolsProps, 'product'>;

function Tags({ product: { tags, tracked, available, plannedPrices } }: ShownProps) {
  return (
    <span className="tags">
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {tracked && available === 0 && <Badge tone="warm">{texts.product.soldOut}</Badge>}
      {plannedPrices?.map(({ price, holdsFrom }) => (
        <Badge key={`${price.currency} ${holdsFrom}`} tone="warm">
          {words.planned(money(price), date(holdsFrom))}
        </Badge>
      ))}
    </span>
  );
}

function Withdrawal({ product: { withdrawal } }: ShownProps) {
  if (withdrawal === null) return <span className="soft tags">{words.withdrawn}</span>;
  const { at, actorKind, actorSubject } = withdrawal;
  const who = [actorKind, actorSubject].filter((part) => part !== null).join(' ');
  return (
    <span className="soft tags">
      <time dateTime={at}>{words.withdrawnAt(dateTime(at))}</time>
      {who !== '' && <bdi>· {who}</bdi>}
    </span>
  );
}

const delistRefusal = ({ delistProduct }: DelistProductMutation) => delistProduct.rejection;
const restoreRefusal = ({ restoreProduct }: RestoreProductMutation) => restoreProduct.rejection;

type ChangeProps = Pick<ProductToolsProps, 'product' | 'onChange'>;

function useRestore({ product: { sku, name }, onChange }: ChangeProps) {
  const { run, isBusy } = useCommand(RestoreProductDocument, {
    refusalOf: restoreRefusal,
    done: words.restored(name),
  });
  const restore = async () => {
    await run({ input: { commandId: newCommandId(), sku } });
    onChange();
  };
  return { restore, isBusy };
}

function RestoreButton(props: ChangeProps) {
  const { restore, isBusy } = useRestore(props);
  return (
    <Button
      size="small"
      icon="undo"
      busy={isBusy}
      aria-label={words.restoreOf(props.product.name)}
      onClick={() => void restore()}
    >
      {words.restore}
    </Button>
  );
}

function DelistButton(props: ChangeProps) {
  const { sku, name } = props.product;
  const toast = useToast();
  const delist = useCommand(DelistProductDocument, { refusalOf: delistRefusal });
  const { restore } = useRestore(props);
  const run = async () => {
    if (!(await delist.run({ input: { commandId: newCommandId(), sku } }))) return;
    props.onChange();
    toast({
      text: words.delisted(name),
      action: { label: texts.cart.undo, run: () => void restore() },
    });
  };
  return (
    <Button
      size="small"
      look="danger"
      busy={delist.isBusy}
      aria-label={words.delistOf(name)}
      onClick={() => void run()}
    >
      {words.delist}
    </Button>
  );
}
