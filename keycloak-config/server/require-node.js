// Preloaded (`node --import`) before a TypeScript file: an older Node would stop at the file's name with a puzzling error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `This needs Node 22.18 or later, and ${process.version} is running: "npm ci" brings one, which "npm run" then uses.\n`,
  )
  process.exit(1)
}
