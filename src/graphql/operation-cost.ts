import {
  getArgumentValues,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { HoldfastError } from '../errors/errors.js';

/** How much one GraphQL operation may ask for. */
export const OPERATION_LIMITS = {
  /** Names, punctuators and values of the document. Long lists belong into variables. */
  tokens: 4_000,
  /** Fields within fields. */
  depth: 15,
  aliases: 60,
  /** Selections read, fragments opened at every spread. */
  selections: 5_000,
  /** Values the answer may hold at most, by the arguments in effect; each root field counts `rootCost` more. */
  cost: 200_000,
} as const;

/** A root field is one act of the engine, whatever it returns. */
const ROOT_COST = 10_000;
/** Items of a list that no argument limits, e.g. the highlights of a hit. */
const TYPICAL_LIST = 2;
const LARGEST_PAGE = 100;

/** What an operation asks for. */
export interface OperationCost {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

type Variables = Readonly<Record<string, unknown>>;
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * Measures an operation with the arguments in effect: variables and defaults included. `@skip` and `@include` are not
 * read: what may be asked for counts. Throws QUERY_TOO_DEEP or QUERY_TOO_LARGE at the first limit that is passed.
 */
export function checkOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): OperationCost {
  const root = schema.getRootType(operation.operation);
  const measure = new Measure(schema, fragments, variables);
  if (root) measure.selections(operation.selectionSet, root, { depth: 1, factor: 1, pageSize: null });
  return measure;
}

interface Place {
  readonly depth: number;
  /** How often the values here occur in the answer. */
  readonly factor: number;
  /** `first` of the field around, for the list directly below it. */
  readonly pageSize: number | null;
}

class Measure implements OperationCost {
  depth = 0;
  aliases = 0;
  cost = 0;
  private selectionCount = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly variables: Variables,
  ) {}

  selections(set: SelectionSetNode, type: GraphQLObjectType, place: Place): void {
    for (const selection of set.selections) {
      this.selectionCount = within('selections', this.selectionCount + 1);
      if (selection.kind === Kind.FIELD) {
        this.field(selection, type, place);
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments[selection.name.value] : selection;
        if (fragment !== undefined)
          this.selections(fragment.selectionSet, this.objectType(fragment.typeCondition?.name.value) ?? type, place);
      }
    }
  }

  private field(node: FieldNode, type: GraphQLObjectType, place: Place): void {
    if (node.alias !== undefined) this.aliases = within('aliases', this.aliases + 1);
    const field = type.getFields()[node.name.value];
    if (field === undefined) {
      // introspection: its depth has a rule of its own, and it holds no content
      this.spend(node.name.value === '__typename' ? place.factor : ROOT_COST);
      return;
    }
    this.depth = within('depth', Math.max(this.depth, place.depth));
    const values = field.args.length === 0 ? {} : getArgumentValues(field, node, this.variables);
    const factor = place.factor * this.listSize(field, values, place.pageSize);
    this.spend(factor + (place.depth === 1 ? ROOT_COST : 0));
    const below = getNamedType(field.type);
    if (node.selectionSet !== undefined && isObjectType(below)) {
      this.selections(node.selectionSet, below, { depth: place.depth + 1, factor, pageSize: pageSize(values) });
    }
  }

  /** How many values the field has: a list is as long as the arguments say. */
  private listSize({ type }: GraphQLField<unknown, unknown>, values: Variables, pageSizeAround: number | null): number {
    if (!isList(type)) return 1;
    const named = values['terms'] ?? values['fields'];
    return Array.isArray(named) ? named.length : (pageSizeAround ?? TYPICAL_LIST);
  }

  private objectType(name: string | undefined): GraphQLObjectType | null {
    const type = name === undefined ? null : this.schema.getType(name);
    return isObjectType(type) ? type : null;
  }

  private spend(cost: number): void {
    this.cost = within('cost', this.cost + cost);
  }
}

/** `first`, given by itself or in `input`, or how many come `before` and `after`. What is too large is refused later by its own name. */
function pageSize(values: Variables): number | null {
  const input = values['input'] as { readonly first?: unknown } | null | undefined;
  const first = values['first'] ?? input?.first ?? mostAround(values);
  return typeof first === 'number' ? Math.min(Math.max(first, 1), LARGEST_PAGE) : null;
}

function mostAround({ before, after }: Variables): number | null {
  return typeof before === 'number' && typeof after === 'number' ? Math.max(before, after) : null;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(type) || (isNonNullType(type) && isListType(type.ofType));
}

function within(limit: keyof typeof OPERATION_LIMITS, value: number): number {
  if (value <= OPERATION_LIMITS[limit]) return value;
  throw new HoldfastError(limit === 'depth' ? 'QUERY_TOO_DEEP' : 'QUERY_TOO_LARGE', `The operation passes the limit of ${limit}.`, {
    of: limit,
    limit: OPERATION_LIMITS[limit],
  });
}
