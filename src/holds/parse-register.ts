import { checkFilter } from '../query/check-query.js';
import { HOLD_STATES, type HoldRegister } from './hold-register.js';

type Check = (value: unknown) => void;

/**
 * The register that a stored value is. Throws on anything it does not know, down to the last field of the last scope: what this program
 * cannot read may hold something.
 */
export function parseRegister(value: unknown): HoldRegister {
  register(value);
  const { entries } = value as HoldRegister;
  for (const { state, release } of entries) {
    if ((state === 'release_pending') !== (release !== null)) throw new Error('an entry has a release in the wrong state');
  }
  if (new Set(entries.map(({ entryId }) => entryId)).size < entries.length) throw new Error('two entries have one id');
  return value as HoldRegister;
}

const text: Check = (value) => {
  if (typeof value !== 'string' || value === '') throw new Error('a text is missing');
};

const whole: Check = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error('a number is not valid');
};

const state: Check = (value) => {
  if (!(HOLD_STATES as readonly unknown[]).includes(value)) throw new Error('a state is unknown');
};

const either = (check: Check): Check => (value) => {
  if (value !== null) check(value);
};

const list = (check: Check): Check => (value) => {
  if (!Array.isArray(value)) throw new Error('a list is missing');
  value.forEach(check);
};

/** An object of exactly these members. */
const object = (members: Readonly<Record<string, Check>>): Check => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('an object is missing');
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) throw new Error(`the field ${unknown} is unknown`);
  for (const [name, check] of Object.entries(members)) check((value as Record<string, unknown>)[name]);
};

const MEMBERS_OF_NODES: Readonly<Record<string, readonly string[]>> = {
  all: [], none: [], terms: ['field', 'values'], flag: ['field', 'value'], range: ['field', 'from', 'to'], and: ['nodes'], or: ['nodes'], not: ['node'],
};

/** A filter without anything that the evaluator would pass over. */
const scope: Check = (value) => {
  const { kind, ...members } = value as Record<string, unknown>;
  const known = MEMBERS_OF_NODES[String(kind)];
  const names = Object.keys(members);
  if (known === undefined || names.length !== known.length || !known.every((name) => names.includes(name))) throw new Error('a condition is unknown');
  if (Array.isArray(members['nodes'])) members['nodes'].forEach(scope);
  if (kind === 'not') scope(members['node']);
  if (kind === 'terms') list(text)(members['values']);
};

const register = object({
  epoch: whole,
  incarnation: text,
  policyVersion: whole,
  suspended: either(object({ reason: text, since: whole })),
  rebuilding: either(object({ by: text, since: whole })),
  entries: list(
    object({
      entryId: text,
      holdId: text,
      matterId: text,
      scope: (value) => {
        scope(value);
        checkFilter(value as Parameters<typeof checkFilter>[0]);
      },
      state,
      placedAtEpoch: whole,
      release: either(object({ releaseId: text, requestedBy: text, approvedBy: text, reason: text, until: whole })),
    }),
  ),
  claims: list(object({ batchId: text, claimedAtEpoch: whole })),
});
