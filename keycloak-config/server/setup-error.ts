/**
 * Something on this machine keeps the demo or the tests from running, and the reader can change it: the message is one
 * plain sentence (with the program's own last lines below it, where there are any). Printed without a stack.
 */
export class SetupError extends Error {
  override name = 'SetupError'
}
