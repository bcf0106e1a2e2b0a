import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { claimsPage, escapeHtml, welcomePage } from '../../../keycloak-config/demo/app-page.ts'

describe('the demo application’s pages', () => {
  test('nothing that came from outside becomes markup', () => {
    const evil = `<img src=x onerror="alert('1')">&`
    assert.ok(!claimsPage({ preferred_username: evil, amr: [evil] }).includes('<img'))
    assert.ok(!welcomePage(evil).includes('<img'))
    assert.equal(escapeHtml(`<>&"'`), '&lt;&gt;&amp;&quot;&#39;')
  })

  test('the end of a fallback session is shown as a time, and only where there is one', () => {
    assert.ok(claimsPage({ fallback_case: 'c', fallback_ends_at: 0 }).includes('1970-01-01T00:00:00.000Z'))
    assert.ok(!claimsPage({ acr: 'passkey' }).includes('fallback_ends_at'))
  })
})
