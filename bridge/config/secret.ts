import { inspect } from 'node:util'

/** A value that shows itself only where it is asked for: every other way of printing it gives `[secret]` (I11). */
export type Secret<Value> = {
  readonly reveal: () => Value
  readonly toString: () => string
  readonly toJSON: () => string
}

const mask = () => '[secret]'

/** Wraps a value; it is kept in a closure, so that no property leads to it. */
export const createSecret = <Value>(value: Value): Secret<Value> =>
  Object.freeze({ reveal: () => value, toString: mask, toJSON: mask, [inspect.custom]: mask })
