/** What a person must know to set a variable. */
export interface VariableDescription {
  readonly name: string;
  readonly default: string;
  readonly description: string;
}

const descriptions = new Map<string, string>();

/** One line on a variable, for the README and `holdfast serve --help`. */
export function Variable(description: string): PropertyDecorator {
  return (_target, property) => void descriptions.set(String(property), description);
}

/** Every variable of a settings class, in the order it is written there. */
export function describeVariables(settings: object): readonly VariableDescription[] {
  return Object.entries(settings).map(([name, value]) => ({ name, default: value === '' ? 'not set' : String(value), description: descriptions.get(name) ?? '' }));
}
