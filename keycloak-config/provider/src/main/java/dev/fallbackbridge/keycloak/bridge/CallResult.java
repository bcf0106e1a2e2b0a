package dev.fallbackbridge.keycloak.bridge;

/** What came of a call: bytes that may be an answer, or the reason why there are none. */
public sealed interface CallResult {

  /** A body of the right status and media type, not yet verified. */
  record Answered(String body) implements CallResult {}

  /** Nothing to verify. */
  record NotAnswered(UnavailableReason reason) implements CallResult {}
}
