import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { failureClasses } from '../../../../bridge/domain/failure.ts'
import { isCoherent } from '../../../../bridge/domain/policy/coherent.ts'
import { factsOfTest } from '../../../../bridge/domain/policy/ordinary-login.ts'
import { readFacts } from '../../../../bridge/domain/policy/read-facts.ts'
import { policyOf, standardText } from '../../policy/standard-document.ts'

const policy = policyOf(standardText)
const groups = ['/admins', '/admins/emea', '/suitability-plan', '/suitability-plan/eyes', '/staff'] as const
const roles = ['admin', 'create-realm', 'realm-management/manage-users', 'demo-realm/view-users', 'clerk'] as const

describe('facts that can be true together', () => {
  test('are those of every login that can be, whatever of its groups the conditions name', () => {
    fc.assert(
      fc.property(
        fc.subarray([...groups]),
        fc.subarray([...roles]),
        fc.constantFrom(...failureClasses),
        fc.subarray([...groups]),
        (ownGroups, ownRoles, failureClass, named) => {
          const facts = factsOfTest(policy, {
            name: 'a login',
            facts: { groups: ownGroups, roles: ownRoles, failure: { class: failureClass } },
            missing: [],
            expect: { outcome: 'deny' },
          })
          const reader = readFacts(policy, facts)
          // What a search assigns: of the groups only those that are named.
          const seen = ownGroups.filter((group) => named.some((one) => group === one || group.startsWith(`${one}/`)))
          const asSearched = {
            ...reader,
            set: (name: Parameters<typeof reader.set>[0]) => (name === 'group' ? seen : reader.set(name)),
          }
          assert.equal(isCoherent(policy, named, reader), true)
          assert.equal(isCoherent(policy, named, asSearched), true)
        },
      ),
    )
  })
})
