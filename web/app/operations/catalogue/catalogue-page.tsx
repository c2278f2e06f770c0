// The catalogue for those who run it: prices, names, withdrawing, and what happened to a product.
import { useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { SelectField } from '../../../design/field.tsx';
import { Notice } from '../../../design/states.tsx';
import type { ProductSale } from '../../../../schema/generated/graphql.ts';
import { PlaceHead } from '../place-head.tsx';
import { ProductList } from '../product-search.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin } from '../use-admin.ts';
import { type AdministeredProduct, useProducts } from '../use-products.ts';
import { PriceDialog } from './price-dialog.tsx';
import { ProductDialog } from './product-dialog.tsx';
import { ProductHistory } from './product-history.tsx';
import { type ProductTask, ProductTools } from './product-tools.tsx';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts;

interface Opened {
  readonly what: 'list' | ProductTask;
  readonly product: AdministeredProduct | null;
}

export default function CataloguePage() {
  const found = useProducts();
  const isAdmin = useIsAdmin();
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => {
    setOpened(null);
    void found.refetch();
  };
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.catalogue}
        about={words.about}
        actions={
          isAdmin && (
            <Button
              look="primary"
              icon="plus"
              onClick={() => setOpened({ what: 'list', product: null })}
            >
              {words.list}
            </Button>
          )
        }
      />
      {!isAdmin && <Notice>{operationsTexts.onlyAdmins}</Notice>}
      <ProductList found={found} filter={<SaleFilter found={found} />}>
        {(product) => (
          <ProductTools
            product={product}
            isAdmin={isAdmin}
            onOpen={(what) => setOpened({ what, product })}
            onChange={() => void found.refetch()}
          />
        )}
      </ProductList>
      {opened !== null && <OpenedDialog {...opened} onClose={close} />}
    </>
  );
}

const sales = Object.keys(words.sales) as ProductSale[];

function SaleFilter({ found: { sale, setSale } }: { found: ReturnType<typeof useProducts> }) {
  return (
    <SelectField
      label={words.show}
      value={sale}
      onChange={(event) => setSale(sales.find((one) => one === event.target.value) ?? 'ON_SALE')}
    >
      {sales.map((one) => (
        <option key={one} value={one}>
          {words.sales[one]}
        </option>
      ))}
    </SelectField>
  );
}

function OpenedDialog({ what, product, onClose }: Opened & { readonly onClose: () => void }) {
  if (product === null || what === 'revise') {
    return <ProductDialog product={product} onClose={onClose} />;
  }
  if (what === 'price') return <PriceDialog product={product} onClose={onClose} />;
  return <ProductHistory product={product} onClose={onClose} />;
}
