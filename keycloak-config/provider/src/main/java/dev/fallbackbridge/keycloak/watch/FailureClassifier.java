package dev.fallbackbridge.keycloak.watch;

import java.util.Map;

/**
 * Puts a failed WebAuthn check into one of the closed {@link FailureClass}es.
 *
 * <p>The error case is Keycloak's own constant and decides. The browser's text is looked at in one case only, and
 * there only for an exact known beginning; whatever else it says is {@link FailureClass#OTHER}.
 */
public final class FailureClassifier {

  static final String BROWSER_ERROR = "webauthn-error-api-get";

  private static final Map<String, FailureClass> BY_ERROR_CASE =
      Map.of(
          "webauthn-error-auth-verification", FailureClass.VERIFICATION_FAILED,
          "webauthn-error-different-user", FailureClass.WRONG_USER,
          "webauthn-error-user-not-found", FailureClass.UNKNOWN_CREDENTIAL);

  private static final Map<String, FailureClass> BY_EXCEPTION_NAME =
      Map.of(
          "NotAllowedError", FailureClass.CANCELLED_OR_TIMED_OUT,
          "AbortError", FailureClass.CANCELLED_OR_TIMED_OUT,
          "TimeoutError", FailureClass.CANCELLED_OR_TIMED_OUT,
          "NotSupportedError", FailureClass.NOT_SUPPORTED);

  private FailureClassifier() {}

  /**
   * The class of a failure.
   *
   * @param errorCase Keycloak's message key of the failure
   * @param raw what the browser sent, untrusted; may be null
   * @param unsupportedMessage the text the page sends when the browser knows no WebAuthn, in the page's language
   */
  public static FailureClass classify(String errorCase, String raw, String unsupportedMessage) {
    if (!BROWSER_ERROR.equals(errorCase)) {
      return BY_ERROR_CASE.getOrDefault(errorCase == null ? "" : errorCase, FailureClass.OTHER);
    }
    if (raw == null) {
      return FailureClass.OTHER;
    }
    if (unsupportedMessage != null && !unsupportedMessage.isBlank() && raw.equals(unsupportedMessage)) {
      return FailureClass.NOT_SUPPORTED;
    }
    for (Map.Entry<String, FailureClass> known : BY_EXCEPTION_NAME.entrySet()) {
      if (raw.equals(known.getKey()) || raw.startsWith(known.getKey() + ":")) {
        return known.getValue();
      }
    }
    return FailureClass.OTHER;
  }
}
