// The caller: a user with a verified password, and the user's groups at that time.

export interface Principal {
  readonly name: string;
  readonly groups: readonly string[];
}

export const ADMIN = 'admin';
export const OPS = 'ops';
export const ADMINS = '$admins';
export const OPERATORS = '$ops';

/** Every caller of a node without users. */
export const SYSTEM: Principal = { name: 'system', groups: [ADMINS] };

/** Admins have full access to every stream. */
export function isAdmin({ name, groups }: Principal): boolean {
  return name === ADMIN || groups.includes(ADMINS);
}

/** Operators and admins manage persistent subscriptions. */
export function isOperator(principal: Principal): boolean {
  return isAdmin(principal) || principal.name === OPS || principal.groups.includes(OPERATORS);
}

/** A role in an access list is the name of a user or a group. */
export function hasRole({ name, groups }: Principal, role: string): boolean {
  return role === name || groups.includes(role);
}
