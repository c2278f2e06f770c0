// Who calls: a user who has proved a password, with the groups that were the user's then.

export interface Principal {
  readonly name: string;
  readonly groups: readonly string[];
}

export const ADMIN = 'admin';
export const OPS = 'ops';
export const ADMINS = '$admins';
export const OPERATORS = '$ops';

/** Whoever calls a node that has no users. */
export const SYSTEM: Principal = { name: 'system', groups: [ADMINS] };

/** Admins may do everything with every stream. */
export function isAdmin({ name, groups }: Principal): boolean {
  return name === ADMIN || groups.includes(ADMINS);
}

/** Operators look after persistent subscriptions, and so may admins. */
export function isOperator(principal: Principal): boolean {
  return isAdmin(principal) || principal.name === OPS || principal.groups.includes(OPERATORS);
}

/** A role in an access list is a user's name or a group's. */
export function hasRole({ name, groups }: Principal, role: string): boolean {
  return role === name || groups.includes(role);
}
