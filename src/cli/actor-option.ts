import { Option } from 'commander';
import { ACTORS, type Actor } from '../access/people.js';

/** What commander reads from the option below. */
export interface ActorOptions {
  readonly as: Actor;
}

/** `--as <actor>`, without which a command that changes something does nothing. */
export function actorOption(): Option {
  return new Option('--as <actor>', 'who acts').choices(ACTORS).makeOptionMandatory();
}
