import { type Command, InvalidArgumentError } from 'commander';
import { loadEnvironment } from '../config/env.js';
import { startServer } from '../start-server.js';
import { runAction } from './run-action.js';

export function registerServeCommand(program: Command): void {
  program
    .command('serve')
    .description('answer GraphQL, and the explorer at /graphiql')
    .option('--port <port>', 'instead of HOLDFAST_PORT; 0 picks a free one', portNumber)
    .action((options: { readonly port?: number }) => runAction(() => serve(options.port)));
}

async function serve(port: number | undefined): Promise<0> {
  const environment = loadEnvironment();
  if (port !== undefined) environment.HOLDFAST_PORT = port;
  const { url } = await startServer(environment);
  console.log(`GraphQL: ${url}/graphql`);
  if (environment.HOLDFAST_EXPLORER) console.log(`Explorer: ${url}/graphiql`);
  return 0;
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('Not a port from 0 to 65535.');
  return Number(text);
}
