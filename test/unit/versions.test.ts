import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { version } from '../../bridge/version.ts'
import { newestReleased, released } from '../../keycloak-config/release/changelog-heading.ts'
import { findVersions, withVersion } from '../../keycloak-config/release/version-places.ts'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'

const read = (file: string): string => readFileSync(REPOSITORY + file, 'utf8')

describe('the version', () => {
  test('K13: is the same wherever it is written: package, lock file, jar, images, manifests, pages', () => {
    assert.deepEqual(
      findVersions().filter((found) => found.version !== version),
      [],
    )
  })

  test('the jar takes its own from pom.xml', () => {
    const resources = 'keycloak-config/provider/src/main/resources/'
    assert.match(read(`${resources}META-INF/fallback-bridge.properties`), /^version=\$\{project\.version\}\n$/)
    assert.match(read('keycloak-config/provider/pom.xml'), /<Implementation-Version>\$\{project\.version\}</)
  })

  test('is the newest one that the changelog has released, once it has released one', () => {
    assert.equal(newestReleased(read('CHANGELOG.md')) ?? version, version)
  })

  test('can be set everywhere at once, and nothing else changes with it', () => {
    const set = withVersion('98.7.6-rc.5')
    assert.ok(set.size >= 8)
    for (const [file, text] of set) {
      assert.equal(text.replaceAll('98.7.6-rc.5', version), read(file), file)
    }
    const written = [...set.values()].join('').split('98.7.6-rc.5').length - 1
    assert.equal(written, findVersions().length)
  })

  test('gets a heading of its own in the changelog, above the earlier ones and below what is unreleased', () => {
    const first = released('# Changelog\n\n## [Unreleased]\n\n### Added\n- a\n', '1.0.0', '2026-01-02')
    assert.equal(first, '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n### Added\n- a\n')
    assert.equal(newestReleased(first), '1.0.0')
    assert.equal(newestReleased(released(first, '1.1.0', '2026-02-03')), '1.1.0')
    assert.equal(newestReleased('# Changelog\n\n## [Unreleased]\n'), undefined)
  })
})
