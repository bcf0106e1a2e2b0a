import type { InstallRecord } from './install-record.ts'
import type { MapperState, PeopleClientState, PeopleRoleState } from './realm-state.ts'

/** Client by which people sign in at the command line. The commands and the operations API's settings know it by this id. */
export const peopleClientId = 'fallback-bridge-cli'

/** Ends the description of what this tool made for people, by which it knows its own without the record. */
const mark = 'Made by fallback-bridge.'

/**
 * The client, by the members of Keycloak's document: the device grant and nothing else. Without default scopes and with
 * no full scope its tokens hold what the bridge asks for, and no right of Keycloak's own.
 */
export const peopleClient = {
  name: 'Fallback bridge command line',
  description: `People sign in by it to decide about cases and to change policies; it can do nothing by itself. ${mark}`,
  enabled: true,
  publicClient: true,
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  fullScopeAllowed: false,
  attributes: { 'oauth2.device.authorization.grant.enabled': 'true', 'use.refresh.tokens': 'false' },
} as const

/** The one role that its tokens tell of: `policy` commands read it there. All others are asked of Keycloak at every act. */
export const policyRole = 'fallback-policy-admin'

const inAccessToken = {
  'id.token.claim': 'false',
  'access.token.claim': 'true',
  'introspection.token.claim': 'true',
}

/** The session note that tells of a fallback, and the claim by which the bridge knows it. */
const fallbackNote = { 'user.session.note': 'fallback.case', 'claim.name': 'fallback_case' }

/** What the bridge reads of a person's token. Each claim has a mapper here, whatever the realm's client scopes are like. */
export const peopleMappers = (bridgeId: string): readonly MapperState[] => [
  {
    name: 'audience of the bridge',
    mapper: 'oidc-audience-mapper',
    config: { ...inAccessToken, 'included.custom.audience': bridgeId },
  },
  // Keycloak's ID token has to have a subject too, or nobody's sign-in ends.
  { name: 'subject', mapper: 'oidc-sub-mapper', config: { ...inAccessToken, 'id.token.claim': 'true' } },
  {
    name: 'user name',
    mapper: 'oidc-usermodel-attribute-mapper',
    config: {
      ...inAccessToken,
      'user.attribute': 'username',
      'claim.name': 'preferred_username',
      'jsonType.label': 'String',
    },
  },
  { name: 'level', mapper: 'oidc-acr-mapper', config: inAccessToken },
  {
    name: 'time of sign-in',
    mapper: 'oidc-usersessionmodel-note-mapper',
    config: {
      ...inAccessToken,
      'user.session.note': 'AUTH_TIME',
      'claim.name': 'auth_time',
      'jsonType.label': 'long',
    },
  },
  {
    name: 'realm roles',
    mapper: 'oidc-usermodel-realm-role-mapper',
    config: {
      ...inAccessToken,
      'claim.name': 'realm_access.roles',
      'jsonType.label': 'String',
      multivalued: 'true',
    },
  },
  // A fallback session decides nothing (I12): its tokens say that they are of one.
  {
    name: 'fallback case',
    mapper: 'oidc-usersessionmodel-note-mapper',
    config: { ...inAccessToken, ...fallbackNote, 'jsonType.label': 'String' },
  },
]

/** Whether each access token of the client tells of a fallback where the session is one, by whatever mapper (I12). */
export const tellsOfFallback = ({ mappers, scopeMappers, hasLightTokens }: PeopleClientState): boolean =>
  [...mappers, ...scopeMappers].some(
    ({ mapper, config }) =>
      mapper === 'oidc-usersessionmodel-note-mapper' &&
      Object.entries(fallbackNote).every(([key, value]) => config[key] === value) &&
      config[hasLightTokens ? 'lightweight.claim' : 'access.token.claim'] === 'true',
  )

/**
 * Realm roles by which people act, each with what it may (R19). Those of the code come first; what the others may is the
 * policy's authority matrix, which in the starter packs gives them this. None has a right in Keycloak.
 */
export const peopleRoles: Readonly<Record<string, string>> = {
  [policyRole]: `Add and activate policies of the fallback, and switch it off and on; decides about no case. ${mark}`,
  'fallback-auditor': `See every case of the fallback, its evidence and figures; change none. ${mark}`,
  'fallback-shared-account': `Marks an account that several people use: whatever its other roles, it acts on no case. ${mark}`,
  'fallback-desk-lead': `Approve, record what was approved by word, declare and revoke, as far as the policy’s authority lines say. ${mark}`,
  'fallback-analyst': `Approve, also for privileged people, revoke, and review afterwards, as far as the policy’s authority lines say. ${mark}`,
  'fallback-manager': `Approve and revoke for regulated work, as far as the policy’s authority lines say. ${mark}`,
  'fallback-manager-designee': `Approve and revoke for regulated work in a manager’s place, as far as the policy’s authority lines say. ${mark}`,
  'fallback-business-approver': `Approve and revoke everyday work in the own cost centre, as far as the policy’s authority lines say. ${mark}`,
  'fallback-reviewer': `Review evidence before and cases afterwards, and approve nothing, as far as the policy’s authority lines say. ${mark}`,
}

/** Whether this tool made the client or a role: it says so itself, or the record does, after somebody reworded it. */
export const isMadeByTool = (
  part: Pick<PeopleClientState, 'clientId' | 'description'> | PeopleRoleState,
  { people }: Pick<InstallRecord, 'people'>,
): boolean =>
  part.description.endsWith(mark) ||
  ('clientId' in part ? people?.client === part.clientId : people?.roles.includes(part.name) === true)
