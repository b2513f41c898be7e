import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, Min, validateSync } from 'class-validator';
import { HoldfastError } from '../errors/errors.js';
import { describeVariables, Variable, type VariableDescription } from './variable.js';

export const ENGINES = ['sqlite', 'elasticsearch'] as const;
/** Where requests may come from while nobody must sign in; empty: from this machine only. */
export const UNAUTHENTICATED_PLACES = ['', 'container'] as const;
export const LOG_LEVELS = ['error', 'warn', 'log', 'debug', 'verbose'] as const;

const URLS = /^https?:\/\/[^\s,/@?#]+\/?(,https?:\/\/[^\s,/@?#]+\/?)*$/;

/** Something that can be seen, up to 200 characters, on one line. */
const PERSON = /^(?=.*[\p{L}\p{N}])\P{Cc}{1,200}$/u;
const PERSON_MESSAGE = '$property must be the name of a person, up to 200 characters';

/** Every setting, with its default. Names are those of the environment variables. */
export class Environment {
  @Variable(
    'Directory of the archive. Made if there is none, readable by its owner only. With `elasticsearch` it keeps attachments and the key of the audit: ' +
      'machines that share a cluster share this directory too.',
  )
  @IsString()
  @IsNotEmpty()
  HOLDFAST_DATA_DIR = './holdfast-data';

  @Variable('Where the archive is kept: `sqlite` (embedded, nothing else to install) or `elasticsearch` (a cluster).')
  @IsIn(ENGINES)
  HOLDFAST_ENGINE: (typeof ENGINES)[number] = 'sqlite';

  @Variable('Addresses of nodes of the Elasticsearch cluster, parted by commas, without names and passwords.')
  @Matches(URLS, { message: '$property must be addresses like https://host:9200, parted by commas, without names and passwords' })
  HOLDFAST_ELASTICSEARCH_URL = 'http://127.0.0.1:9200';

  @Variable('Begins the name of every index and alias in the cluster.')
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, { message: '$property must be up to 64 of a-z, 0-9 and -, and begin with one of a-z and 0-9' })
  HOLDFAST_ELASTICSEARCH_PREFIX = 'holdfast';

  @Variable('Account in the cluster. None if not set.')
  @IsString()
  HOLDFAST_ELASTICSEARCH_USERNAME = '';

  @Variable('Password of the account. Never logged.')
  @IsString()
  HOLDFAST_ELASTICSEARCH_PASSWORD = '';

  @Variable('API key as the cluster encodes it, instead of account and password. Never logged.')
  @IsString()
  HOLDFAST_ELASTICSEARCH_API_KEY = '';

  @Variable('PEM file of the authority that signed the certificates of the nodes, if no public one did.')
  @IsString()
  HOLDFAST_ELASTICSEARCH_CA_FILE = '';

  @Variable('Primary shards of an index that is made new.')
  @IsInt()
  @Min(1)
  @Max(64)
  HOLDFAST_ELASTICSEARCH_SHARDS = 1;

  @Variable('Seconds to wait for the cluster at the start.')
  @IsInt()
  @Min(0)
  @Max(3_600)
  HOLDFAST_ELASTICSEARCH_START_SECONDS = 60;

  @Variable('Snapshot repository of the cluster that `holdfast backup` writes to, by its name there. No backups of a cluster if not set.')
  @Matches(/^$|^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, { message: '$property must be the name of a snapshot repository' })
  HOLDFAST_ELASTICSEARCH_SNAPSHOT_REPOSITORY = '';

  @Variable('Port of `holdfast serve`. 0 picks a free one.')
  @IsInt()
  @Min(0)
  @Max(65_535)
  HOLDFAST_PORT = 4_000;

  @Variable('`container`: listen on all addresses, not on 127.0.0.1 only. For a container whose port is published on 127.0.0.1: nobody must sign in.')
  @IsIn(UNAUTHENTICATED_PLACES)
  HOLDFAST_UNAUTHENTICATED: (typeof UNAUTHENTICATED_PLACES)[number] = '';

  @Variable('The only directory whose files may be imported over the API; none, and no such import, if not set.')
  @IsString()
  HOLDFAST_INBOX_DIR = '';

  @Variable('Processes that search side by side, of `sqlite`.')
  @IsInt()
  @Min(1)
  @Max(64)
  HOLDFAST_SEARCH_PROCESSES = 2;

  @Variable('Milliseconds after which a search is stopped with QUERY_TIMEOUT.')
  @IsInt()
  @Min(100)
  @Max(600_000)
  HOLDFAST_SEARCH_TIMEOUT_MS = 10_000;

  @Variable('Milliseconds from which on a search is logged as slow, without its content. 0 logs none.')
  @IsInt()
  @Min(0)
  @Max(600_000)
  HOLDFAST_SLOW_SEARCH_MS = 1_000;

  @Variable('Largest body of an HTTP request, in bytes.')
  @IsInt()
  @Min(1_024)
  @Max(268_435_456)
  HOLDFAST_MAX_REQUEST_BYTES = 4_194_304;

  @Variable('Whether `/graphiql` is served and the schema may be read.')
  @IsBoolean()
  HOLDFAST_EXPLORER = true;

  @Variable('The most talkative kind of log line: error, warn, log, debug or verbose. Content is never logged.')
  @IsIn(LOG_LEVELS)
  HOLDFAST_LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'warn';

  @Variable('Name of the person who acts as `administrator`. Shown only: records, audit and certificates carry the role.')
  @Matches(PERSON, { message: PERSON_MESSAGE })
  HOLDFAST_ADMINISTRATOR = 'Administrator';

  @Variable('Name of the person who acts as `approver`: another one than the administrator.')
  @Matches(PERSON, { message: PERSON_MESSAGE })
  HOLDFAST_APPROVER = 'Approver';

  @Variable('Days for which a hold binds on after two people agreed to release it.')
  @IsInt()
  @Min(1)
  @Max(3_650)
  HOLDFAST_RELEASE_DAYS = 30;

  @Variable('File of the key that signs checkpoints of the audit, outside the data directory. Made by `holdfast audit key`; no checkpoints if not set.')
  @IsString()
  HOLDFAST_AUDIT_SIGNING_KEY_FILE = '';

  @Variable('File that every checkpoint of the audit is appended to, outside the data directory, best on another volume. It shows when an older state of the archive was put back.')
  @IsString()
  HOLDFAST_AUDIT_CHECKPOINT_FILE = '';
}

const PREFIX = 'HOLDFAST_';
/** Variables of the test suites and benchmarks, which are no settings of the product. */
const NOT_SETTINGS = ['HOLDFAST_TEST_', 'HOLDFAST_BENCH_'];

/**
 * Reads the settings. Throws CONFIG_INVALID naming each variable that is unknown or has no usable value; an empty
 * value counts as not set.
 */
export function loadEnvironment(source: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const environment = new Environment();
  const names = new Set(Object.keys(environment));
  const given = Object.entries(source).filter(([name, value]) => name.startsWith(PREFIX) && value);
  const unknown = given.map(([name]) => name).filter((name) => !names.has(name) && !NOT_SETTINGS.some((prefix) => name.startsWith(prefix)));
  Object.assign(
    environment,
    Object.fromEntries(given.filter(([name]) => names.has(name)).map(([name, value]) => [name, read(environment, name, value!)])),
  );
  const problems = [
    ...unknown.map((name) => `${name} is not a setting`),
    ...validateSync(environment).flatMap((error) => Object.values(error.constraints ?? {})),
    ...(isOnePerson(environment) ? ['HOLDFAST_ADMINISTRATOR and HOLDFAST_APPROVER must be two people'] : []),
  ];
  if (problems.length > 0) throw new HoldfastError('CONFIG_INVALID', `${problems.join('; ')}.`, { problems });
  return environment;
}

/** Case, width, spaces and what cannot be seen make no second person. */
function isOnePerson({ HOLDFAST_ADMINISTRATOR, HOLDFAST_APPROVER }: Environment): boolean {
  const [administrator, approver] = [HOLDFAST_ADMINISTRATOR, HOLDFAST_APPROVER].map((name) =>
    name.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/[\s\p{Cf}]/gu, ''),
  );
  return administrator === approver;
}

/** The variables of a child process that is to read these settings. */
export function variablesOf(environment: Environment): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])) };
}

/** Every variable with its default and one line on it: the README's table. */
export function describeEnvironment(): readonly VariableDescription[] {
  return describeVariables(new Environment());
}

/** The text as the type that the default has; text that cannot be read stays text, for the validator to refuse. */
function read(defaults: Environment, name: string, text: string): unknown {
  switch (typeof defaults[name as keyof Environment]) {
    case 'number':
      return /^\d{1,12}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return ({ true: true, false: false } as Record<string, boolean>)[text] ?? text;
    default:
      return text;
  }
}
