import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { caseDesk } from '../support/case-desk.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { byPasskey } from '../support/person-token.ts'
import { startBridgeWithPolicy } from '../support/policy-file.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const reason = ['--reason', 'She showed her badge at the desk.']
const method = ['--method', 'in_person', '--place', 'Gate 3', '--document', 'staff_badge']

/** On a real Keycloak and a real bridge: people decide at their own command line while a login waits. */
describe('the case commands', () => {
  let realm: FallbackRealm
  let lead: PasskeyUser
  let analyst: PasskeyUser
  before(async () => {
    const change = (rep: object) => ({ ...rep, oauth2DevicePollingInterval: 1 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change, withoutBridge: true })
    await startBridgeWithPolicy(realm, {}, { decoys: { group: '/decoys' } })
    await realm.admin.groups.create({ realm: realm.realm, name: 'decoys' })
    lead = await createPasskeyUser(realm, 'lead')
    analyst = await createPasskeyUser(realm, 'analyst')
    await joinGroup(lead, 'service-desk-leads')
    await joinGroup(analyst, 'security-analysts')
  })
  after(() => realm.remove())

  const joinGroup = async ({ id }: TestUser, group: string): Promise<void> => {
    const { admin, realm: name } = realm
    const [found] = await admin.groups.find({ realm: name, search: group, exact: true })
    await admin.users.addToGroup({ realm: name, id, groupId: found?.id ?? '' })
  }

  /** Somebody whose every fallback waits for a lead of the service desk, and whose passkey has just failed. */
  const waitingLogin = async (name: string, groups: readonly string[] = []) => {
    const person = await createEnrolledUser(realm, name)
    for (const group of ['needs-approval', ...groups]) await joinGroup(person, group)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(person)
    await tab.failPasskey()
    return { person, tab, match: numberOn(tab) }
  }

  const sessionsOf = async ({ id }: TestUser) =>
    (await realm.admin.users.listSessions({ realm: realm.realm, id })).map((session) => session.id).toSorted()

  const deskOf = (user: PasskeyUser) => {
    const desk = caseDesk(realm, byPasskey(user))
    return { ...desk, kept: () => readFileSync(join(desk.folder, 'fallback-bridge', 'sign-in.json'), 'utf8') }
  }

  const numberOn = ({ page }: Tab): string => /data-match="(\d{3})"/.exec(page.html)?.[1] ?? 'none'

  test('R16 R41 C06 C09 R52: a lead sees who waits, approves it with the number of the page, and an analyst takes it back', async () => {
    const { person: ada, tab, match } = await waitingLogin('ada')
    assert.match(match, /^\d{3}$/)

    const desk = deskOf(lead)
    const signIn = await desk.signedIn('sign-in')
    assert.equal(signIn.code, 0, signIn.err)
    assert.doesNotMatch(desk.kept(), /refresh/)
    const waiting = await desk.run('list', '--waiting', '--check', '--json')
    assert.equal(waiting.code, 3, waiting.err)
    const { cases } = JSON.parse(waiting.out) as { cases: { id: string; user: string }[] }
    assert.deepEqual(
      cases.map(({ user }) => user),
      [ada.id],
    )
    const id = cases[0]?.id ?? ''

    const shown = await desk.run('show', id)
    assert.equal(shown.code, 0, shown.err)
    assert.match(shown.out, /Person: +ada$/m)
    assert.match(shown.out, new RegExp(`Who: +user ${ada.id} of realm ${realm.realm}`))
    assert.match(shown.out, /Failure: +cancelled_or_timed_out; only the browser says so/)
    assert.match(shown.out, /0 of 1 of \/service-desk-leads said yes/)
    assert.match(shown.out, /MISSING: reason/)
    assert.doesNotMatch(shown.out, new RegExp(`\\b${match}\\b(?!\\d)`), 'the number stays on the page')

    const approve = (number: string) => desk.run('approve', id, '--match', number, ...method, ...reason, '--yes')
    const missing = await approve(match)
    assert.equal(missing.code, 1)
    assert.match(missing.err, /missing\. \[reason\]\n.*evidence add/)
    const added = await desk.run('evidence', 'add', id, '--item', 'reason', '--text', 'Her finger is bandaged.')
    assert.equal(added.code, 0, added.err)
    const wrong = await approve(match === '000' ? '001' : '000')
    assert.deepEqual([wrong.code, wrong.out], [1, ''])
    assert.match(wrong.err, /not the one that the waiting person sees/)
    const approved = await approve(match)
    assert.equal(approved.code, 0, approved.err)
    assert.match(approved.out, /Approved\. The case is now awaiting_factor/)

    await waitUntil('the page moves on', async () => (await tab.reload()) === 'code')
    assert.equal(await tab.enterCode(await ada.codes.fresh()), 'arrived')
    const { claims } = await tab.arrive()
    assert.equal(claims['fallback_case'], id)

    const revoked = await deskOf(analyst).signedIn('revoke', id, ...reason)
    assert.equal(revoked.code, 0, revoked.err)
    assert.match(revoked.out, /Revoked\. The case is now revoked/)
    await waitUntil('the session is gone', async () => {
      const sessions = await realm.admin.users.listSessions({ realm: realm.realm, id: ada.id })
      return sessions.every((session) => session.id !== claims['sid'])
    })

    const story = await desk.run('show', id)
    assert.match(story.out, new RegExp(`Yes: +lead \\(${lead.id}\\) by in_person at Gate 3 \\(staff_badge\\)`))
    assert.match(story.out, /reason: \w+, text\/plain, 23 bytes, by lead/)
    assert.match(story.out, new RegExp(`revoke → revoked, by user:${analyst.id}`))
    const [, evidence = ''] = /text\/plain, 23 bytes, by lead {2}(\S+)/.exec(story.out) ?? []
    assert.match((await desk.run('evidence', 'open', id, evidence)).out, /\| Her finger is bandaged\./)
    assert.equal((await desk.run('sign-out')).code, 0)
  })

  test('C08: a no ends the wait', async () => {
    const { tab, match } = await waitingLogin('bea')
    assert.notEqual(match, 'none')
    const desk = deskOf(lead)
    await desk.signedIn('sign-in')
    const { cases } = JSON.parse((await desk.run('list', '--waiting', '--json')).out) as { cases: { id: string }[] }
    const denied = await desk.run('deny', cases[0]?.id ?? '', ...reason, '--yes')
    assert.equal(denied.code, 0, denied.err)
    assert.match(denied.out, /Denied\. The case is now denied/)
    assert.equal(await tab.reload(), 'message')
  })

  test('S07: who says yes to somebody who is made up lets nobody in and reads what that was; auditors see who it was', async () => {
    const { person: mia, tab, match } = await waitingLogin('mia', ['decoys'])
    const before = await sessionsOf(mia)
    const desk = deskOf(lead)
    await desk.signedIn('sign-in')
    const { cases } = JSON.parse((await desk.run('list', '--waiting', '--json')).out) as { cases: { id: string }[] }
    const id = cases[0]?.id ?? ''
    await desk.run('evidence', 'add', id, '--item', 'reason', '--text', 'Her finger is bandaged.')
    const shown = await desk.run('show', id)
    assert.match(shown.out, /Person: +mia$/m)
    assert.match(shown.out, /1 request of this person in 24 hours, none told no/)
    assert.doesNotMatch(shown.out, /decoy|made up/i)
    const approved = await desk.run('approve', id, '--match', match, ...method, ...reason, '--yes')
    assert.equal(approved.code, 0, approved.err)
    assert.match(approved.out, /The case is now denied\.\nThe person is made up: nobody is let in\./)
    assert.equal(await tab.reload(), 'message')
    assert.match(tab.page.html, /This account is made up, to see how requests are decided/)
    assert.deepEqual(await sessionsOf(mia), before)

    const auditor = await createPasskeyUser(realm, 'auditor')
    const role = await realm.admin.roles.findOneByName({ realm: realm.realm, name: 'fallback-auditor' })
    await realm.admin.users.addRealmRoleMappings({
      realm: realm.realm,
      id: auditor.id,
      roles: [{ id: role?.id ?? '', name: role?.name ?? '' }],
    })
    const audit = deskOf(auditor)
    await audit.signedIn('sign-in')
    const chains = await audit.run('chains')
    assert.match(chains.out, new RegExp(`^1 +1 +lead \\(${lead.id}\\)$`, 'm'), chains.err)
    assert.match((await audit.run('show', id)).out, /made up, to see how people decide/)
  })

  test('a stranger is shown no case, and a realm that is not there is told so', async () => {
    const desk = deskOf(await createPasskeyUser(realm, 'stranger'))
    const none = await desk.signedIn('list')
    assert.match(none.out + none.err, /No case that you may see|does not hold|not allow/)
    const wrong = await desk.run('list', '--realm', 'no-such-realm')
    assert.deepEqual([wrong.code, wrong.out], [2, ''], wrong.err)
    assert.match(wrong.err, /no such realm\.\n.*--realm/)
  })
})
