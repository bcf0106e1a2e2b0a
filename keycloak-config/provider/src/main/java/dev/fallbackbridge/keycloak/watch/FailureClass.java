package dev.fallbackbridge.keycloak.watch;

import java.util.Optional;

/**
 * The closed list of ways a biometric check fails, as the step protocol names them.
 *
 * <p>None of them proves anything: all that comes from a browser can be forged by it. They explain, they open nothing.
 */
public enum FailureClass {
  /** Cancelled, timed out, finger not read, no key found: browsers do not tell these apart. */
  CANCELLED_OR_TIMED_OUT("cancelled_or_timed_out"),
  /** The browser or the key cannot do it. */
  NOT_SUPPORTED("not_supported"),
  /** The server found the answer wrong: signature, origin, challenge or the user-verification flag. */
  VERIFICATION_FAILED("verification_failed"),
  /** The key of somebody else. */
  WRONG_USER("wrong_user"),
  /** A key the server does not know for this user. */
  UNKNOWN_CREDENTIAL("unknown_credential"),
  /** Everything else. */
  OTHER("other");

  private final String wireName;

  FailureClass(String wireName) {
    this.wireName = wireName;
  }

  /** The name in the protocol, in events and in message keys. */
  public String wireName() {
    return wireName;
  }

  /** The class of that name; empty for anything outside the list. */
  public static Optional<FailureClass> ofWireName(String name) {
    for (FailureClass each : values()) {
      if (each.wireName.equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
