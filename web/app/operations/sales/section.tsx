// A part of the page about sales: a heading, what can be chosen, and the data.
import type { ReactNode } from 'react';
import { salesTexts as words } from './texts.ts';

interface SectionProps {
  readonly title: string;
  readonly about?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <section className="panel sales-section" aria-label={title}>
      <div className="row apart">
        <div>
          <h2>{title}</h2>
          {about !== undefined && <p className="soft">{about}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** The numbers behind a chart, for people who do not see it, or want to read them. */
export function BehindChart({ children }: { readonly children: ReactNode }) {
  return (
    <details className="behind-chart">
      <summary>{words.asTable}</summary>
      {children}
    </details>
  );
}

interface SwitchProps<Value extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** One of two or three, side by side. */
export function Switch<Value extends string>({
  label,
  options,
  value,
  onChange,
}: SwitchProps<Value>) {
  return (
    <div className="switch" role="group" aria-label={label}>
      {(Object.keys(options) as Value[]).map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
        >
          {options[option]}
        </button>
      ))}
    </div>
  );
}
