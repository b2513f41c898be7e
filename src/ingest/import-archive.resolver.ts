import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { ImportArchiveInput, ImportArchiveResult } from './import-archive.model.js';
import { ImportArchives } from './import-archives.service.js';

@Resolver()
export class ImportArchiveResolver {
  constructor(@Inject(ImportArchives) private readonly imports: ImportArchives) {}

  @Mutation(() => ImportArchiveResult, {
    description:
      'Begins to import a file or directory of the inbox and answers at once; one import runs at a time, four wait. ' +
      'The same again goes on with one that was interrupted, and changes nothing otherwise.',
  })
  async importArchive(
    @Args('input', { type: () => ImportArchiveInput }, InputPipe) input: ImportArchiveInput,
    @Context('viewer') viewer: Viewer,
  ): Promise<ImportArchiveResult> {
    return { importRunId: await this.imports.start(viewer, input) };
  }
}
