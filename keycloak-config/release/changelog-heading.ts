import { versionPattern } from './version-places.ts'

const unreleased = '## [Unreleased]'

/** The newest released version of the changelog; undefined before the first release. */
export const newestReleased = (changelog: string): string | undefined =>
  changelog.match(new RegExp(`^## \\[(${versionPattern})\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm'))?.[1]

/** The changelog with what was unreleased under the heading of this version and day (ISO). */
export const released = (changelog: string, version: string, day: string): string =>
  changelog.replace(unreleased, `${unreleased}\n\n## [${version}] - ${day}`)
