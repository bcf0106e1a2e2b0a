/** Why the realm tool leaves a realm alone, with what to do next. Stable codes. */
export const refusalTexts = {
  server_too_old: 'This Keycloak has published holes; update it to 26.7.5 or later.',
  jar_missing: 'Keycloak does not know the steps of the fallback; put the jar into its providers folder and build it.',
  flow_missing: 'The flow that is bound cannot be read; bind a browser flow that exists.',
  no_webauthn_step: 'The flow has no WebAuthn step, so there is nothing that a fallback could follow; add one.',
  webauthn_disabled: 'The WebAuthn step is switched off; switch it on, or say --enable-webauthn.',
  webauthn_unreachable:
    'Keycloak never runs this step: beside required steps it leaves alternatives out. Mend the flow.',
  user_unknown:
    'Nobody is identified before this step, so that no failure can be kept for anybody; ask for the username first.',
  no_password_step:
    'The flow asks for a password nowhere. The fallback needs one before the code: say --add-password-form.',
  unknown_flow_type: 'A flow of this type is not understood, and the step inside it cannot be replaced.',
  script_step: 'A script decides in this flow; what it does cannot be foreseen. Replace it first.',
  own_levels: 'The step stands under a level of authentication of its own, which a fallback there would carry too.',
  required_beside: 'Under this condition other steps are required too; a fallback for one of them is not understood.',
  no_place_for_levels: 'No flow around this step is required, so that no level can be given after it.',
  fallback_by_hand: 'The flow has steps of the fallback that this tool did not put there; bind the flow without them.',
  masked_setting: 'The step has settings that Keycloak does not show and that cannot be kept; remove them first.',
  hidden_setting: 'Keycloak does not show the settings of this step, so that no file can hold them: use realm apply.',
  name_too_long: 'The name of this flow leaves no room for a copy; give it a shorter one.',
  reserved_character: 'Keycloak takes no new flow with a character of this name; rename the flow.',
  name_taken: 'A flow or client scope of this name is there already, and is not of this tool.',
  acr_map_in_use: 'The realm’s acr map has other levels; say which numbers the fallback’s get: --levels 1,2,3.',
  client_unknown: 'The realm has no such client.',
  client_is_other: 'The client of the bridge is there with other abilities (public, or for logins); choose another id.',
  people_client_is_other:
    'The client by which people sign in is there with other abilities (a secret, redirects, passwords). Give it the device grant alone, rename it, or say --without-people.',
  keys_missing: 'The client is not there yet, and no public keys were given; say --jwks-file or --client-key-file.',
  group_unknown: 'The realm has no such group.',
  proof_failed: 'The flow that would come out can be walked around. It is not built.',
} as const

export type RefusalCode = keyof typeof refusalTexts
/** What was refused, and where: the flow's path, a client, a name. */
export type Refusal = { code: RefusalCode; at: string }
