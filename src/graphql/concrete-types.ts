// Which object type a value of an interface has. type-graphql makes an asynchronous resolver of
// this; compiled operations need a synchronous one, which also spares a promise for each value.
import { isAbstractType, type GraphQLAbstractType, type GraphQLSchema } from 'graphql';

const concreteTypes: Readonly<Record<string, (value: object) => string>> = {
  CartContents: (value) => ('asOf' in value ? 'CartView' : 'Cart'),
  // The type follows from the fields that the domain's rejection carries.
  Rejection: (value) => {
    if ('currentRevision' in value) return 'RevisionConflict';
    if ('couponCode' in value) return 'CouponExhausted';
    if ('shortages' in value) return 'OutOfStock';
    if ('skus' in value) return 'NotForSale';
    return 'currentTotal' in value ? 'TotalChanged' : 'Refusal';
  },
};

/**
 * Changes the schema in place, once. Apollo itself resolves the entities of a subgraph.
 *
 * @throws RangeError for an interface without an entry here
 */
export function resolveConcreteTypes(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && type.name !== '_Entity') resolveConcreteType(type);
  }
}

function resolveConcreteType(type: GraphQLAbstractType): void {
  const typeOf = concreteTypes[type.name];
  if (typeOf === undefined) throw new RangeError(`No concrete types are known of ${type.name}`);
  type.resolveType = (value: object) => typeOf(value);
}
