import { readFileSync } from 'node:fs';

const CAST = JSON.parse(readFileSync(new URL('texts/cast.json', import.meta.url), 'utf8'));

/** Employees, people outside and robots by account: `{name, site, title}`. */
export const PEOPLE = new Map([...CAST.employees, ...CAST.outside].map((person) => [person.account, person]));
export const EMPLOYEES = CAST.employees.map(({ account }) => account);
/** WeCom accounts of people of other companies begin so. */
const OUTSIDE = /^w[mo]/;

/** Account names in the scenes are short; those of people outside are long and unreadable in an archive. */
export function accountOf(name) {
  const person = PEOPLE.get(name) ?? [...PEOPLE.values()].find(({ alias }) => alias === name);
  if (person === undefined) throw new Error(`Nobody is called ${name}.`);
  return person.account;
}

export const isOutside = (account) => OUTSIDE.test(account);
export const staffOf = (site) => CAST.employees.filter((person) => person.site === site).map(({ account }) => account);

/** A group chat by its short name. */
export function roomOf(name) {
  const room = CAST.rooms.find((candidate) => candidate.name === name);
  if (room === undefined) throw new Error(`There is no room ${name}.`);
  return room;
}

/** Who is in the room at that moment (`day` as YYYY-MM-DD). */
export function membersOf(room, day) {
  return room.members
    .filter((name) => !(name in (room.joined ?? {})) || room.joined[name] <= day)
    .filter((name) => !(name in (room.left ?? {})) || day < room.left[name])
    .map(accountOf);
}
