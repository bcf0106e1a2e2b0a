import { dimensions } from '../domain/pattern/dimension.ts'
import { thresholdOf } from '../domain/pattern/threshold.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { durationWords } from './duration-words.ts'
import { code, table } from './markdown.ts'

/** From when on repeated failures open a case for review, under this policy (R5). */
export const renderPatterns = ({ patterns }: Policy): string =>
  [
    table(
      ['by', 'logins that failed', 'of how many people', 'within', 'against the span before'],
      dimensions.map((dimension) => {
        const { failures, people, withinSeconds, timesBefore } = thresholdOf(patterns, dimension)
        return [
          code(dimension),
          String(failures),
          dimension === 'user' ? 'one' : String(people),
          durationWords(withinSeconds),
          timesBefore === undefined ? 'not compared' : `${timesBefore} times as many`,
        ]
      }),
    ),
    'While the case of a pattern waits for its review there is no second one of the same value. People with a suitability plan are not counted.',
  ].join('\n\n')
