import { z } from 'zod'

const sourceManifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  type: z.literal('module'),
  bin: z.record(z.string(), z.string().regex(/^bridge\/bin\/[a-z-]+\.ts$/)),
  dependencies: z.record(z.string(), z.string()),
})

/**
 * The package.json of the npm package, made from the repository's: commands in JavaScript, no development dependencies,
 * no scripts that could run at an install, and no way to import the inside.
 */
export const publishedManifest = (source: unknown, oldestNode: number) => {
  const { bin, dependencies, ...named } = sourceManifest.parse(source)
  return {
    ...named,
    engines: { node: `>=${oldestNode}` },
    bin: Object.fromEntries(Object.entries(bin).map(([command, file]) => [command, file.replace(/\.ts$/, '.js')])),
    exports: {
      './package.json': './package.json',
      './policy.schema.json': './bridge/policy/policy.schema.json',
      './packs/*.yaml': './bridge/policy/packs/*.yaml',
    },
    files: ['bridge', 'CHANGELOG.md', 'SECURITY.md', 'npm-shrinkwrap.json'],
    dependencies,
  }
}
