/** Names that only commands of people read, never the bridge: where its operations API is, and who acts. */
export const commandNames = [
  'FALLBACK_BRIDGE_OPERATIONS_URL',
  'FALLBACK_BRIDGE_OPERATIONS_REALM',
  'FALLBACK_BRIDGE_ACCESS_TOKEN',
  'FALLBACK_BRIDGE_ACCESS_TOKEN_FILE',
] as const
