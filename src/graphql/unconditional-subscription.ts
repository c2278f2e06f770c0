// A validation rule: a subscription's field must not depend on variables.
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/**
 * GraphQL, September 2025, section 5.2.4.1: no @skip and @include on a subscription's root
 * selection. The library lacks this rule and fails when no field is left.
 */
export function UnconditionalSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation !== OperationTypeNode.SUBSCRIPTION) return;
      const conditional = rootSelections(context, selectionSet).filter(isConditional);
      if (conditional.length === 0) return;
      const message = 'A subscription must not be subject to @skip or @include.';
      context.reportError(new GraphQLError(message, { nodes: conditional }));
    },
  };
}

function rootSelections(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  entered = new Set<string>(),
): readonly SelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return [selection, ...rootSelections(context, selection.selectionSet, entered)];
    }
    const name = selection.name.value;
    const fragment = entered.has(name) ? undefined : context.getFragment(name);
    if (fragment == null) return [selection];
    entered.add(name);
    return [selection, ...rootSelections(context, fragment.selectionSet, entered)];
  });
}

function isConditional({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
}
