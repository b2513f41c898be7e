import { Field, ID, ObjectType } from '@nestjs/graphql';
import { TextFieldEnum } from '../filter/enums.js';
import type { TextField } from '../query/ast.js';
import { HighlightModel } from './search.model.js';

@ObjectType({ description: 'One condition of the search and its answer for the message.' })
export class ExplanationNode {
  @Field({ description: 'Place in the query: `text.0.1` is the second part of the first part of the text.' })
  path!: string;

  @Field({ description: 'Kind of condition: and, or, not, literal, word, near, digits; terms, flag, range, all, none.' })
  kind!: string;

  @Field({ description: 'The condition in words: what was typed, or the field and its values.' })
  condition!: string;

  @Field()
  isMatch!: boolean;

  @Field(() => [TextFieldEnum], { description: 'The texts in which it was found.' })
  foundIn!: readonly TextField[];

  @Field(() => [HighlightModel], { description: 'Where it was found.' })
  highlights!: readonly HighlightModel[];
}

@ObjectType({ description: 'Why a message is a hit, or is not.' })
export class Explanation {
  @Field(() => ID)
  messageId!: string;

  @Field()
  isMatch!: boolean;

  @Field(() => [ExplanationNode], { description: 'Every condition, parents before their parts.' })
  nodes!: readonly ExplanationNode[];
}
