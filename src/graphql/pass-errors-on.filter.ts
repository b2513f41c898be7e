import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';

/**
 * Hands errors of resolvers to `errors/format-error.ts`. Nest's own filter would log them with their message and cause,
 * and those may quote what was searched for or what was found.
 */
@Catch()
export class PassErrorsOnFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw exception;
    super.catch(exception, host);
  }
}
