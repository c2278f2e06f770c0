// How far an order is, as a track of four steps.
import { Icon } from '../../design/icons.tsx';
import type { OrderPageFieldsFragment } from '../../../schema/generated/graphql.ts';
import { dateTime } from '../format.ts';
import { texts } from '../texts.ts';

const words = texts.order;
const steps = ['PLACED', 'RESERVED', 'PAID', 'SHIPPED'] as const;

export function OrderProgress({ order }: { readonly order: OrderPageFieldsFragment }) {
  const { status, shipment } = order;
  const reached = steps.findIndex((step) => step === status);
  return (
    <section className="panel stack" aria-label={words.progress}>
      <ol className="order-track">
        {steps.map((step, place) => {
          const { title, about } = words.steps[step];
          return (
            <li
              key={step}
              data-state={stateOf(place, reached)}
              aria-current={place === reached ? 'step' : undefined}
            >
              <span className="mark">
                {place <= reached && (
                  <Icon name={step === 'SHIPPED' ? 'truck' : 'check'} size={16} />
                )}
              </span>
              <strong>{title}</strong>
              <span className="soft">{about}</span>
            </li>
          );
        })}
      </ol>
      {shipment !== null && (
        <p className="shipment">
          {words.shipped(dateTime(shipment.shippedAt), shipment.carrier)}{' '}
          {shipment.trackingNumber !== null && (
            <bdi className="mono">{shipment.trackingNumber}</bdi>
          )}
        </p>
      )}
      <p className="soft small live-note" role="status">
        <span className="live-dot" aria-hidden="true" />
        <span className="visually-hidden">{words.steps[steps[reached] ?? 'PLACED'].title}.</span>
        {words.live}
      </p>
    </section>
  );
}

function stateOf(place: number, reached: number): 'done' | 'current' | 'ahead' {
  if (place < reached) return 'done';
  return place === reached ? 'current' : 'ahead';
}
