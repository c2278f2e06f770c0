// A way from one found thing to another.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from '../../../design/icons.tsx';

interface DetailLinkProps {
  readonly icon: IconName;
  readonly to: string;
  readonly children: ReactNode;
}

export function DetailLink({ icon, to, children }: DetailLinkProps) {
  return (
    <Link to={to}>
      <Icon name={icon} size={18} />
      {children}
    </Link>
  );
}
