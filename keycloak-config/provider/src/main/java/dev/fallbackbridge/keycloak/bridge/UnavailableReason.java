package dev.fallbackbridge.keycloak.bridge;

import java.util.Locale;

/** The closed list of reasons why there is no verified answer, for logs and events; people see one page for all. */
public enum UnavailableReason {
  /** Settings missing or wrong. */
  NOT_CONFIGURED,
  /** Keycloak is older than this provider agrees to. */
  SERVER_TOO_OLD,
  /** The realm has no active key of an algorithm the protocol allows. */
  NO_SIGNING_KEY,
  /** As many calls as allowed are under way. */
  TOO_MANY_CALLS,
  /** Calls pause after repeated failures. */
  BREAKER_OPEN,
  /** No complete answer within the deadline. */
  TIMEOUT,
  /** No connection, or it broke. */
  CONNECTION,
  /** The waiting thread was stopped. */
  INTERRUPTED,
  /** A status other than 200. */
  HTTP_STATUS,
  /** Not {@code application/jwt}. */
  MEDIA_TYPE,
  /** More bytes than an answer may have. */
  TOO_LARGE,
  /** Not a compact JWS of JSON, or a duplicate name in it. */
  MALFORMED,
  /** An algorithm other than EdDSA, or another type of token. */
  HEADER,
  /** Signed by a key that is not pinned. */
  UNKNOWN_KEY,
  /** The signature does not fit. */
  SIGNATURE,
  /** Another issuer. */
  ISSUER,
  /** Meant for another realm. */
  AUDIENCE,
  /** The answer to another request. */
  REPLY,
  /** Expired, from the future, or valid for too long. */
  TIMES,
  /** Another version of the protocol. */
  PROTOCOL,
  /** A kind this provider does not know. */
  KIND,
  /** A claim of the kind is missing or of the wrong type. */
  CLAIMS,
  /** A known kind that does not fit what was asked, or the state of this login. */
  OUT_OF_PLACE;

  /** The reason as it stands in events and logs. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
