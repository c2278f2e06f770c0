// Chooses the days, the time zone and the currency of the page about sales.
import { useState } from 'react';
import { SelectField, TextField } from '../../../design/field.tsx';
import { number } from '../../format.ts';
import { daysUntil, faultOf, isDay, isZone, lengthOf, todayIn } from './period.ts';
import { salesTexts as words } from './texts.ts';
import type { SalesChange, SalesView } from './use-sales-view.ts';

interface SalesControlsProps {
  readonly view: SalesView;
  readonly currencies: readonly string[];
  readonly onShow: (change: SalesChange) => void;
}

const zones = Intl.supportedValuesOf('timeZone');
const zoneListId = 'sales-zones';

export function SalesControls({ view, currencies, onShow }: SalesControlsProps) {
  return (
    <div className="sales-controls">
      <PeriodField view={view} onShow={onShow} />
      <DayField name="firstDay" label={words.firstDay} view={view} onShow={onShow} />
      <DayField name="lastDay" label={words.lastDay} view={view} onShow={onShow} />
      <ZoneField view={view} onShow={onShow} />
      {currencies.length > 1 && (
        <SelectField
          label={words.currency}
          value={view.currency ?? currencies[0]}
          onChange={({ target }) => onShow(() => ({ currency: target.value }))}
        >
          {currencies.map((currency) => (
            <option key={currency}>{currency}</option>
          ))}
        </SelectField>
      )}
    </div>
  );
}

type PartProps = Pick<SalesControlsProps, 'view' | 'onShow'>;

/** The usual periods end today, as the clocks of the zone show it. */
function PeriodField({ view, onShow }: PartProps) {
  const today = todayIn(view.timeZone);
  const length = view.lastDay === today ? String(lengthOf(view)) : '';
  return (
    <SelectField
      label={words.period}
      value={length in words.periods ? length : ''}
      onChange={({ target }) => {
        const { value } = target;
        if (value === '') return;
        onShow(({ timeZone }) => daysUntil(todayIn(timeZone), Number(value)));
      }}
    >
      {Object.entries(words.periods).map(([days, label]) => (
        <option key={days} value={days}>
          {label}
        </option>
      ))}
      <option value="">{words.ownPeriod}</option>
    </SelectField>
  );
}

interface DayFieldProps extends PartProps {
  readonly name: 'firstDay' | 'lastDay';
  readonly label: string;
}

function DayField({ name, label, view, onShow }: DayFieldProps) {
  const [written, setWritten] = useState<string | null>(null);
  const asked = { ...view, ...(written !== null && isDay(written) && { [name]: written }) };
  const fault = faultOf(asked, number);
  return (
    <TextField
      type="date"
      label={label}
      value={written ?? view[name]}
      fault={written === null ? undefined : fault}
      onChange={({ target: { value } }) => {
        const isShown = isDay(value) && faultOf({ ...view, [name]: value }, number) === undefined;
        setWritten(isShown ? null : value);
        if (isShown) onShow(() => ({ [name]: value }));
      }}
    />
  );
}

function ZoneField({ view, onShow }: PartProps) {
  const [written, setWritten] = useState<string | null>(null);
  return (
    <>
      <TextField
        label={words.timeZone}
        list={zoneListId}
        autoComplete="off"
        spellCheck={false}
        value={written ?? view.timeZone}
        fault={written === null || isZone(written) ? undefined : words.noZone}
        onChange={({ target: { value } }) => {
          setWritten(value);
          if (isZone(value)) onShow(() => ({ timeZone: value }));
        }}
        onBlur={() => setWritten(null)}
      />
      <datalist id={zoneListId}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
