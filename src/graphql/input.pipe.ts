import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { HoldfastError } from '../errors/errors.js';

/** Checks an argument against the class of its parameter. Throws INPUT_INVALID naming each parameter that is wrong. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || value === undefined || value === null) return value;
    const instance = plainToInstance(metatype, value) as object;
    const problems = validateSync(instance, { forbidUnknownValues: true, validationError: { target: false, value: false } }).flatMap(
      problemsOf,
    );
    if (problems.length === 0) return instance;
    throw new HoldfastError('INPUT_INVALID', `${problems.map(({ reason }) => reason).join('; ')}.`, {
      parameters: problems.map(({ parameter }) => parameter),
    });
  }
}

interface Problem {
  readonly parameter: string;
  readonly reason: string;
}

/** The leaves, with their path; class-validator's messages name the property and the rule, never the value. */
function problemsOf(error: ValidationError): Problem[] {
  const own = Object.values(error.constraints ?? {}).map((reason) => ({ parameter: error.property, reason }));
  const below = (error.children ?? [])
    .flatMap(problemsOf)
    .map(({ parameter, reason }) => ({ parameter: `${error.property}.${parameter}`, reason }));
  return [...own, ...below].slice(0, 20);
}
