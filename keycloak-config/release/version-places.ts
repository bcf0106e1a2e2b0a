import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../server/locations.ts'

/** A version as this product has them: three numbers, and perhaps what comes before a release. */
export const versionPattern = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?`

/** Somewhere the version of the product is written: in which files, after what text, and how often at least. */
type Place = { files: string; after: string; least: number }

const inManifest = String.raw`"name": "keycloak-fallback-bridge",\s+"version": "`

/**
 * Every place that repeats the version. Everything else takes it from one of these: bridge/version.ts from package.json,
 * the jar's properties and manifest from pom.xml.
 */
const places: readonly Place[] = [
  { files: 'package.json', after: inManifest, least: 1 },
  { files: 'package-lock.json', after: inManifest, least: 2 },
  {
    files: 'keycloak-config/provider/pom.xml',
    after: String.raw`<artifactId>keycloak-fallback-bridge</artifactId>\s+<version>`,
    least: 1,
  },
  { files: '{bridge,keycloak-config}/Dockerfile', after: 'LABEL org.opencontainers.image.version=', least: 2 },
  { files: 'docker-compose.yml', after: 'image: (?:keycloak-with-)?fallback-bridge:', least: 2 },
  {
    files: 'keycloak-config/kubernetes/*.yaml',
    after: String.raw`image: images\.example\.org/(?:keycloak-with-)?fallback-bridge(?:-provider)?:`,
    least: 3,
  },
  {
    files: '{README.md,bridge/README.md,docs/*.md}',
    after: '(?:keycloak-fallback-bridge-(?:provider-)?|Fallback bridge provider |fallback-bridge(?:-provider)?:)',
    least: 1,
  },
]

/** A version that stands somewhere: where, and which. */
export type FoundVersion = { file: string; version: string }

const matcher = ({ after }: Place) => new RegExp(`(?<=${after})${versionPattern}`, 'g')
const filesOf = ({ files }: Place) => globSync(files, { cwd: REPOSITORY })
const read = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8')

/** The version at every place. @throws Error where a place lost its version, so that it cannot be forgotten silently */
export const findVersions = (): readonly FoundVersion[] =>
  places.flatMap((place) => {
    const found = filesOf(place).flatMap((file) =>
      [...read(file).matchAll(matcher(place))].map(([version]) => ({ file, version })),
    )
    if (found.length < place.least) throw new Error(`The version is not where it was in ${place.files}.`)
    return found
  })

/** Every file with a version, with the new one in it. Writes nothing. */
export const withVersion = (version: string): ReadonlyMap<string, string> => {
  const changed = new Map<string, string>()
  for (const place of places) {
    for (const file of filesOf(place)) {
      changed.set(file, (changed.get(file) ?? read(file)).replaceAll(matcher(place), version))
    }
  }
  return changed
}
