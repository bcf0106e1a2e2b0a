import type { MapperState } from './realm-state.ts'

/** Roles of the bridge's client that its service account has; the jar asks for them by these names. */
export const bridgeRoles: Readonly<Record<string, string>> = {
  'write-override-events': 'Write override events into the event log',
  'end-fallback-sessions': 'End sessions that a fallback opened, and no others',
  'read-user-facts': 'Read the few facts about a user that the policy asks for',
}

/** The one role of Keycloak's own that the service account needs, for reading events back. */
export const readEvents = 'realm-management/view-events'

/** Members of a pilot have it; the copy's gate asks for it. */
export const pilotRole = 'fallback-pilot'

/** Name of the client scope with the mappers. */
export const scopeName = 'fallback-bridge'
export const scopeDescription =
  'What applications learn of a login: methods, and case and end of a fallback. Made by fallback-bridge.'

/** Each is said, also those that Keycloak would add by itself: who imports a file twice compares them. */
const claims = {
  'id.token.claim': 'true',
  'access.token.claim': 'true',
  'introspection.token.claim': 'true',
  'userinfo.token.claim': 'true',
}

export const scopeMappers: readonly MapperState[] = [
  { name: 'authentication methods', mapper: 'oidc-amr-mapper', config: claims },
  {
    name: 'fallback case',
    mapper: 'oidc-usersessionmodel-note-mapper',
    config: {
      ...claims,
      'user.session.note': 'fallback.case',
      'claim.name': 'fallback_case',
      'jsonType.label': 'String',
    },
  },
  {
    name: 'end of the fallback session',
    mapper: 'oidc-usersessionmodel-note-mapper',
    config: {
      ...claims,
      'user.session.note': 'fallback.ends_at',
      'claim.name': 'fallback_ends_at',
      'jsonType.label': 'long',
    },
  },
]

/** Whether all of these mappers are there, with every setting that is wanted; others beside them do no harm. */
export const haveMappers = (found: readonly MapperState[], wanted: readonly MapperState[]): boolean =>
  wanted.every((one) =>
    found.some(
      ({ name, mapper, config }) =>
        name === one.name &&
        mapper === one.mapper &&
        Object.entries(one.config).every(([key, value]) => config[key] === value),
    ),
  )

/** Event types without which a fallback cannot be followed in the log. */
export const neededEventTypes: readonly string[] = [
  'LOGIN',
  'LOGIN_ERROR',
  'LOGOUT',
  'CUSTOM_REQUIRED_ACTION',
  'CUSTOM_REQUIRED_ACTION_ERROR',
  'UPDATE_CREDENTIAL',
  'REMOVE_CREDENTIAL',
  'USER_SESSION_DELETED',
]

export const actionName = 'Set up a fallback code'
