// Buttons. A busy button keeps its place and its focus, and ignores clicks until it is done.
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

interface ButtonLook {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: 'small' | 'normal' | 'large';
  readonly icon?: IconName;
  readonly wide?: boolean;
}

/** The classes of a button, for a link that looks like one. */
export function buttonClass({ look = 'plain', size = 'normal', wide = false }: ButtonLook): string {
  return ['button', look, size, ...(wide ? ['wide'] : [])].join(' ');
}

interface ButtonProps extends ButtonLook, Omit<ComponentProps<'button'>, 'className'> {
  readonly busy?: boolean;
}

export function Button({
  look,
  size,
  icon,
  wide,
  busy = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const act = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({
        ...(look && { look }),
        ...(size && { size }),
        ...(wide && { wide }),
      })}
      aria-busy={busy || undefined}
      onClick={act}
    >
      {busy ? (
        <span className="spinner" aria-hidden="true" />
      ) : (
        icon && <Icon name={icon} size={size === 'small' ? 16 : 18} />
      )}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: IconName;
  /** What it does, for people who cannot see the icon. */
  readonly label: string;
  readonly children?: ReactNode;
}

export function IconButton({ icon, label, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className="button quiet icon-only"
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}
