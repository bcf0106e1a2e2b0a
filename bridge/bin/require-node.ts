/** The oldest Node that the bridge is tested on; `engines` of the npm package says the same. */
export const oldestNode = 24

/** Ends the process with a sentence where this Node is too old: its own error would name a missing module of Node's. */
export const requireNode = (): void => {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= oldestNode) return
  process.stderr.write(`The bridge needs Node ${oldestNode} or later, and ${process.version} is running.\n`)
  process.exit(1)
}
