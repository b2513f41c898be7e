import { Controller, Get, Header, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import { Environment } from '../config/env.js';
import { workerFile } from '../config/worker-file.js';
import { EXPLORER_PAGE, EXPLORER_SCRIPT, EXPLORER_STYLE } from './explorer-page.js';

/** The part of an Express response that is used here. */
interface FileResponse {
  sendFile(path: string, options: { readonly root: string; readonly maxAge: string }, done: (error?: Error) => void): void;
  type(name: string): FileResponse;
  status(code: number): FileResponse;
  send(body: string): void;
  readonly headersSent: boolean;
}

/** Everything that is served beside the page: these names and no others. The build puts the files there. */
const FOLDER = workerFile('../graphiql/', import.meta.url);
const FILES: ReadonlySet<string> = new Set([
  'graphiql.min.js',
  'graphiql.min.css',
  'react.production.min.js',
  'react-dom.production.min.js',
]);
const OWN_FILES: Readonly<Record<string, { readonly type: string; readonly content: string }>> = {
  'init.js': { type: 'js', content: EXPLORER_SCRIPT },
  'page.css': { type: 'css', content: EXPLORER_STYLE },
};

/** GraphiQL without the internet. */
@Controller('graphiql')
export class ExplorerController {
  constructor(@Inject(Environment) private readonly environment: Environment) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    this.requireExplorer();
    return EXPLORER_PAGE;
  }

  @Get(':name')
  file(@Param('name') name: string, @Res() response: FileResponse): void {
    this.requireExplorer();
    const own = Object.hasOwn(OWN_FILES, name) ? OWN_FILES[name] : undefined;
    if (own !== undefined) {
      response.type(own.type).send(own.content);
    } else if (FILES.has(name)) {
      response.sendFile(name, { root: FOLDER, maxAge: '1d' }, (error) => {
        if (error && !response.headersSent) response.status(404).type('txt').send('Not built: run npm run build.');
      });
    } else {
      throw new NotFoundException();
    }
  }

  private requireExplorer(): void {
    if (!this.environment.HOLDFAST_EXPLORER) throw new NotFoundException();
  }
}
