/** Members of each WebAuthn policy that tools built for an earlier Keycloak know too; they refuse a file with others. */
const members = [
  'RpEntityName',
  'SignatureAlgorithms',
  'RpId',
  'AttestationConveyancePreference',
  'AuthenticatorAttachment',
  'RequireResidentKey',
  'UserVerificationRequirement',
  'CreateTimeout',
  'AvoidSameAuthenticatorRegister',
  'AcceptableAaguids',
  'ExtraOrigins',
]
const names = new Set([
  ...members.flatMap((member) => [`webAuthnPolicy${member}`, `webAuthnPolicyPasswordless${member}`]),
  'webAuthnPolicyPasswordlessPasskeysEnabled',
])

/** Both policies for a file, with user verification required. Keycloak takes no change of a policy that is sent in part. */
export const policiesForFile = (policies: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.entries(policies).filter(([name]) => names.has(name))),
  webAuthnPolicyUserVerificationRequirement: 'required',
  webAuthnPolicyPasswordlessUserVerificationRequirement: 'required',
})
