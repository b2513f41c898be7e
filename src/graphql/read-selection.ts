import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';

/** A field that an operation selects. */
export interface SelectedField {
  readonly name: string;
  /** Arguments in effect: variables and defaults included. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is selected below, under every alias, fragments opened, `@skip` and `@include` obeyed. */
  below(): readonly SelectedField[];
}

/** The fields selected below the one that is being resolved. */
export function readSelection(info: GraphQLResolveInfo): readonly SelectedField[] {
  return info.fieldNodes.flatMap((node) => selectedFields(node, info.returnType, info));
}

function selectedFields({ selectionSet }: FieldNode, returnType: GraphQLOutputType, info: GraphQLResolveInfo): SelectedField[] {
  const type = getNamedType(returnType);
  if (selectionSet === undefined || !isObjectType(type)) return [];
  return fieldNodes(selectionSet, info).flatMap((node) => {
    const field = type.getFields()[node.name.value];
    if (field === undefined) return [];
    const values = field.args.length === 0 ? {} : getArgumentValues(field, node, info.variableValues);
    return [{ name: node.name.value, values, below: () => selectedFields(node, field.type, info) }];
  });
}

function fieldNodes(set: SelectionSetNode, info: GraphQLResolveInfo): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (isLeftOut(selection, info)) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    return fragment === undefined ? [] : fieldNodes(fragment.selectionSet, info);
  });
}

function isLeftOut(node: Parameters<typeof getDirectiveValues>[1], info: GraphQLResolveInfo): boolean {
  if (node.directives === undefined || node.directives.length === 0) return false;
  return (
    getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.['if'] === false
  );
}
