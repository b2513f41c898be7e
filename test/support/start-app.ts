import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { INestApplication, LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { Environment, loadEnvironment } from '../../src/config/env.js';
import { configureApp } from '../../src/create-app.js';
import type { Message } from '../../src/domain/message.js';
import { engineSettings } from '../../src/engine/engine-settings.js';
import { openIndexWriter } from '../../src/engine/open-engine.js';
import { SearchEngine } from '../../src/engine/search-engine.js';
import type { EngineUnderTest } from '../contract/engines.js';
import { prepare } from './prepare.js';

export interface StartOptions {
  /** The engine of `onEveryEngine`; the embedded one if not given. */
  readonly kind?: EngineUnderTest;
  /** Stored before the application starts, by the engine that the settings name. */
  readonly messages?: readonly Message[];
  /** Instead of the engine that the settings name. */
  readonly engine?: SearchEngine;
  readonly catalog?: CatalogStore;
  /** Further variables of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Instead of a new directory, which is removed at the end, with what the engine stores elsewhere. */
  readonly dataDir?: string;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface GraphqlAnswer<Data> {
  readonly status: number;
  readonly data: Data;
  readonly errors?: readonly GraphqlError[];
}

/** The whole application on a free port of the loopback interface. */
export class RunningApp {
  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
    private readonly environment: Environment,
    private readonly removeArchive: () => Promise<void>,
    /** What it logged as an error. */
    readonly logged: readonly string[],
  ) {}

  /** The interface that it listens on. */
  get address(): string {
    return ((this.app.getHttpServer() as Server).address() as AddressInfo).address;
  }

  get dataDir(): string {
    return this.environment.HOLDFAST_DATA_DIR;
  }

  static async start(options: StartOptions = {}): Promise<RunningApp> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
    const environment = loadEnvironment({
      HOLDFAST_DATA_DIR: dataDir,
      HOLDFAST_LOG_LEVEL: 'error',
      HOLDFAST_SEARCH_PROCESSES: '1',
      ...options.kind?.variables(dataDir),
      ...options.variables,
    });
    if (options.messages !== undefined) await storeMessages(environment, options.messages);
    const module = await withOverrides(Test.createTestingModule({ imports: [AppModule] }), environment, options).compile();
    const logged: string[] = [];
    const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: loggerInto(logged) });
    await configureApp(app, environment).listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const removeArchive = async (): Promise<void> => {
      if (options.dataDir !== undefined) return;
      await options.kind?.remove(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    };
    return new RunningApp(app, `http://127.0.0.1:${port}`, environment, removeArchive, logged);
  }

  /** A service of the application. */
  get<Service>(token: abstract new (...parameters: never[]) => Service): Service {
    return this.app.get<Service>(token);
  }

  /** Stores further messages, as an import in another process would. */
  store(messages: readonly Message[]): Promise<void> {
    return storeMessages(this.environment, messages);
  }

  /** Sends one operation as a client would. */
  async graphql<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as { data: Data; errors?: GraphqlError[] }) };
  }

  /** The data of an operation that must succeed. */
  async data<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const answer = await this.graphql<Data>(query, variables);
    if (answer.errors !== undefined) throw new Error(`the operation failed: ${JSON.stringify(answer.errors)}\n${this.logged.join('\n')}`);
    return answer.data;
  }

  /** The code of an operation that must fail, with the error's facts. */
  async failure(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlError['extensions']> {
    const answer = await this.graphql(query, variables);
    if (answer.errors === undefined) throw new Error('the operation succeeded');
    return answer.errors[0]!.extensions;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.removeArchive();
  }
}

function loggerInto(lines: string[]): LoggerService {
  const keep = (...parts: unknown[]): void => void lines.push(parts.map((part) => inspect(part)).join(' '));
  return { log: () => {}, warn: () => {}, error: keep, fatal: keep };
}

async function storeMessages(environment: Environment, messages: readonly Message[]): Promise<void> {
  const writer = await openIndexWriter(engineSettings(environment));
  await writer.prepare();
  const raws = (message: Message): { sha256: string; text: string }[] => {
    const text = JSON.stringify({ id: message.nativeId });
    return [{ text, sha256: createHash('sha256').update(text).digest('hex') }];
  };
  const results = await writer.put(messages.map((message) => ({ prepared: prepare(message, raws(message)), expected: null })));
  await writer.refresh();
  await writer.close();
  if (results.some(({ outcome }) => outcome !== 'written')) throw new Error('a message of the test was there before');
}

function withOverrides(builder: TestingModuleBuilder, environment: Environment, { engine, catalog }: StartOptions): TestingModuleBuilder {
  const withEnvironment = builder.overrideProvider(Environment).useValue(environment);
  const withEngine = engine === undefined ? withEnvironment : withEnvironment.overrideProvider(SearchEngine).useValue(engine);
  return catalog === undefined ? withEngine : withEngine.overrideProvider(CatalogStore).useValue(catalog);
}
