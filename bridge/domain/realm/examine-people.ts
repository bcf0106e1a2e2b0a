import type { Ailment } from './examine-realm.ts'
import { emptyRecord, readRecord } from './install-record.ts'
import { isMadeByTool, peopleClientId, tellsOfFallback } from './people-parts.ts'
import type { RealmState } from './realm-state.ts'

/**
 * Groups whose members decide under the active policy, the realm roles of its authority matrix, and groups by which it tells
 * people apart; those are absent where the bridge is of a release that does not tell them.
 */
export type Asked = { groups: readonly string[]; roles: readonly string[]; telling?: readonly string[] | undefined }

/** What the realm has of it: groups that are not there or have no member, subgroups counted, and roles that are not there. */
export type FoundAsked = {
  missing: readonly string[]
  empty: readonly string[]
  rolesMissing: readonly string[]
  tellingMissing: readonly string[]
}

/** Roles that the bridge's own code names, whatever the policy says. */
const rolesOfCode = ['fallback-policy-admin', 'fallback-auditor', 'fallback-shared-account']

/** Whether people can sign in to decide, and whether the client by which they do is no more than that. */
export const examinePeople = ({ people, bridgeClient, action }: RealmState): readonly Ailment[] => {
  const { client, roles } = people
  const missing = rolesOfCode.filter((role) => !roles.some(({ name }) => name === role))
  const bridgeId = action?.config['bridgeId']
  const isOurs = client !== undefined && isMadeByTool(client, readRecord(bridgeClient?.record) ?? emptyRecord)
  const mend = isOurs ? reapply : byHand
  const isAudience = client?.mappers.some(
    ({ mapper, config }) => mapper === 'oidc-audience-mapper' && config['included.custom.audience'] === bridgeId,
  )
  return [
    ...when(client === undefined, `The realm has no client ${peopleClientId}: nobody can sign in to decide.`, {
      code: 'people_client_missing',
      mend: reapply,
    }),
    ...when(
      client?.isDeviceOnly === false,
      `${peopleClientId} can do more than sign people in by the device grant, or not that.`,
      { severity: 'bad', code: 'people_client_is_other', mend },
    ),
    ...when(
      client !== undefined && !tellsOfFallback(client),
      `Access tokens of ${peopleClientId} do not tell of a fallback: who came in by one could decide (I12).`,
      {
        severity: 'bad',
        code: 'people_fallback_untold',
        mend: isOurs && client?.hasLightTokens === false ? reapply : giveClaim,
      },
    ),
    ...when(
      client?.hasFullScope === true || client?.givesRefreshTokens === true,
      `Tokens of ${peopleClientId} carry more rights, or live longer, than deciding needs.`,
      { code: 'people_client_wide', mend },
    ),
    ...when(
      client !== undefined && bridgeId !== undefined && isAudience !== true,
      `${peopleClientId} itself does not add the audience ${bridgeId}: the bridge refuses its tokens, unless a client scope adds it.`,
      { code: 'people_audience_missing', mend },
    ),
    ...when(missing.length > 0, `The realm lacks the roles ${missing.join(', ')}.`, {
      code: 'people_roles_missing',
      mend: reapply,
    }),
  ]
}

/** What the active policy asks of the realm and the realm does not have: cases that wait for it wait for nobody. */
export const examineAsked = ({ missing, empty, rolesMissing, tellingMissing }: FoundAsked): readonly Ailment[] => [
  ...when(missing.length > 0, `The active policy asks groups that are not there: ${missing.join(', ')}.`, {
    code: 'approver_group_missing',
    mend: 'Make them, or name others in the policy.',
  }),
  ...when(empty.length > 0, `The active policy asks groups without members: ${empty.join(', ')}.`, {
    code: 'approver_group_empty',
    mend: 'Put people into them, or name others in the policy.',
  }),
  ...when(
    rolesMissing.length > 0,
    `The policy’s authority names roles that are not there: ${rolesMissing.join(', ')}.`,
    {
      code: 'authority_role_missing',
      mend: 'Make them, or name others in the policy; until then nobody has that authority.',
    },
  ),
  ...when(
    tellingMissing.length > 0,
    `The active policy tells people apart by groups that are not there: ${tellingMissing.join(', ')}.`,
    {
      code: 'policy_group_missing',
      mend: 'Make them, or name others in the policy; until then whatever it says of their members holds for nobody, a restriction too.',
    },
  ),
]

const reapply = 'Run `fallback-bridge realm apply`, or make it by hand (docs/install-by-hand.md).'
const byHand = 'Set it as docs/install-by-hand.md says.'

const giveClaim =
  'Give it a mapper User Session Note, fallback.case to the claim fallback_case, in the access token, and no lightweight access tokens.'

const when = (
  holds: boolean,
  text: string,
  about: Pick<Ailment, 'code' | 'mend'> & { severity?: Ailment['severity'] },
): readonly Ailment[] => (holds ? [{ severity: 'warn', text, ...about }] : [])
