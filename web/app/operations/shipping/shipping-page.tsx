// The shipping methods; admins define, change and withdraw them.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Badge, EmptyState, Notice } from '../../../design/states.tsx';
import {
  AllShippingMethodsDocument,
  type ShippingMethodFieldsFragment,
  WithdrawShippingMethodDocument,
  type WithdrawShippingMethodMutation,
} from '../../../../schema/generated/graphql.ts';
import { counted } from '../../format.ts';
import { countryName } from '../country-name.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { standardTax } from '../tax-category.ts';
import { operationsTexts } from '../texts.ts';
import { useCommand, useIsAdmin } from '../use-admin.ts';
import { ShippingDialog } from './shipping-dialog.tsx';
import { priceInWords, shippingTexts as words } from './texts.ts';
import { readAnew } from '../read-anew.ts';

type ShippingMethod = ShippingMethodFieldsFragment;

interface Opened {
  /** Null for a new one. */
  readonly method: ShippingMethod | null;
}

export default function ShippingPage() {
  const isAdmin = useIsAdmin();
  const [opened, setOpened] = useState<Opened | null>(null);
  const { data, error, refetch } = useQuery(AllShippingMethodsDocument, readAnew);
  const methods = data?.allShippingMethods;
  const close = () => {
    setOpened(null);
    void refetch();
  };
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.shipping}
        about={words.about}
        actions={
          isAdmin && (
            <Button look="primary" icon="plus" onClick={() => setOpened({ method: null })}>
              {words.define}
            </Button>
          )
        }
      />
      {!isAdmin && <Notice>{operationsTexts.onlyAdmins}</Notice>}
      {methods === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Methods
          methods={methods}
          onEdit={(method) => setOpened({ method })}
          onChange={() => void refetch()}
        />
      )}
      {opened !== null && <ShippingDialog method={opened.method} onClose={close} />}
    </>
  );
}

interface MethodsProps {
  readonly methods: readonly ShippingMethod[];
  readonly onEdit: (method: ShippingMethod) => void;
  readonly onChange: () => void;
}

function Methods({ methods, onEdit, onChange }: MethodsProps) {
  if (methods.length === 0) {
    return (
      <EmptyState icon="globe" title={words.noneTitle}>
        {words.none}
      </EmptyState>
    );
  }
  return (
    <div className="stack">
      <p className="soft" role="status">
        {counted(methods.length, words.found)}
      </p>
      <ul className="administered">
        {methods.map((method) => (
          <MethodRow key={method.code} {...{ method, onEdit, onChange }} />
        ))}
      </ul>
    </div>
  );
}

type MethodRowProps = Omit<MethodsProps, 'methods'> & { readonly method: ShippingMethod };

function MethodRow({ method, onEdit, onChange }: MethodRowProps) {
  const isAdmin = useIsAdmin();
  const { code, name, countries, prices, taxCategory, withdrawn } = method;
  return (
    <li>
      <span className="what">
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <code className="soft">{code}</code>
        <span className="soft">{countries?.map(countryName).join(', ') ?? words.everywhere}</span>
      </span>
      <span className="terms">
        {prices.map((one) => (
          <Badge key={one.price.currency}>{priceInWords(one)}</Badge>
        ))}
        {taxCategory !== standardTax && <Badge>{words.taxed(taxCategory)}</Badge>}
      </span>
      <span>
        {withdrawn ? (
          <Badge tone="bad">{words.isWithdrawn}</Badge>
        ) : (
          <Badge tone="good" dot>
            {words.offered}
          </Badge>
        )}
      </span>
      {isAdmin && (
        <span className="row tools">
          <Button
            size="small"
            aria-label={withdrawn ? words.offerAgainOf(name) : words.editOf(name)}
            onClick={() => onEdit(method)}
          >
            {withdrawn ? words.offerAgain : words.edit}
          </Button>
          {!withdrawn && <WithdrawButton method={method} onChange={onChange} />}
        </span>
      )}
    </li>
  );
}

const refusalOf = ({ withdrawShippingMethod }: WithdrawShippingMethodMutation) =>
  withdrawShippingMethod.rejection;

function WithdrawButton({
  method: { code, name },
  onChange,
}: Pick<MethodRowProps, 'method' | 'onChange'>) {
  const { run, isBusy } = useCommand(WithdrawShippingMethodDocument, {
    refusalOf,
    done: words.withdrawn(name),
  });
  const withdraw = async () => {
    await run({ input: { commandId: newCommandId(), code } });
    onChange();
  };
  return (
    <Button
      size="small"
      look="danger"
      busy={isBusy}
      aria-label={words.withdrawOf(name)}
      onClick={() => void withdraw()}
    >
      {words.withdraw}
    </Button>
  );
}
