/**
 * Claims of a widely read blog post about gpt-oss's shapes, each with the result of the arithmetic. The numbers are computed here
 * from the model's own sizes; only quotations of the post and of measurements by others are written out.
 */
import type { Model, Models } from '../../predict/explain-model.ts';
import { answer, type Section, text } from '../document/document.ts';
import { attentionAnswers } from './riddles-attention.ts';
import { formatAnswers } from './riddles-formats.ts';
import { mlpAnswers } from './riddles-mlp.ts';

export interface Riddle {
  /** What the post asks or claims. */
  readonly claim: string;
  readonly truth: string;
}

/** One section with every claim answered; nothing for other models. */
export function riddles(model: Model, known: Models): Section[] {
  if (!model.name.startsWith('gpt-oss')) return [];
  const all = [...attentionAnswers(model, known), ...mlpAnswers(model), ...formatAnswers(model)];
  return [
    {
      title: 'Claims about its shapes, checked',
      blocks: [
        text(
          'Statements of a blog post about these shapes, each with what the arithmetic and the published code show:',
        ),
        ...all.map(({ claim, truth }, i) => answer(`${i + 1}. ${claim}`, truth)),
      ],
    },
  ];
}
