package dev.fallbackbridge.keycloak.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("B24: a failure falls into a closed class, whatever the browser says")
class FailureClassifierTest {

  private static final String UNSUPPORTED = "WebAuthn is not supported by this browser.";

  private static FailureClass ofBrowser(String raw) {
    return FailureClassifier.classify("webauthn-error-api-get", raw, UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    "webauthn-error-auth-verification, VERIFICATION_FAILED",
    "webauthn-error-different-user, WRONG_USER",
    "webauthn-error-user-not-found, UNKNOWN_CREDENTIAL",
    "webauthn-error-registration, OTHER",
    "webauthn-error-something-new, OTHER"
  })
  @DisplayName("what the server found decides, and the text does not")
  void errorCases(String errorCase, FailureClass expected) {
    assertEquals(expected, FailureClassifier.classify(errorCase, "NotAllowedError: x", UNSUPPORTED));
    assertEquals(expected, FailureClassifier.classify(errorCase, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "NotAllowedError, CANCELLED_OR_TIMED_OUT",
    "NotAllowedError: The operation either timed out or was not allowed., CANCELLED_OR_TIMED_OUT",
    "AbortError: Cancelling pending WebAuthn call, CANCELLED_OR_TIMED_OUT",
    "TimeoutError: x, CANCELLED_OR_TIMED_OUT",
    "NotSupportedError: x, NOT_SUPPORTED",
    "SecurityError: x, OTHER",
    "InvalidStateError: x, OTHER",
    "UnknownError: x, OTHER"
  })
  @DisplayName("known names at the very beginning are recognised")
  void names(String raw, FailureClass expected) {
    assertEquals(expected, ofBrowser(raw));
  }

  @Test
  @DisplayName("the page's own text about an unsupported browser is recognised only as a whole")
  void unsupported() {
    assertEquals(FailureClass.NOT_SUPPORTED, ofBrowser(UNSUPPORTED));
    assertEquals(FailureClass.OTHER, ofBrowser(UNSUPPORTED + " "));
    assertEquals(FailureClass.OTHER, FailureClassifier.classify("webauthn-error-api-get", "", ""));
    assertEquals(FailureClass.OTHER, FailureClassifier.classify("webauthn-error-api-get", UNSUPPORTED, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " NotAllowedError: x",
        "notallowederror: x",
        "NotAllowedErrorX",
        "NotAllowedError x",
        "\u202eNotAllowedError: x",
        "NotAllowed\u200bError: x",
        "x NotAllowedError: x",
        "\nNotAllowedError: x",
        "Ｎot\uff21llowedError",
        "${7*7}",
        "<script>alert(1)</script>",
        "{{constructor}}",
        "verification_failed",
        "webauthn-error-user-not-found"
      })
  @DisplayName("anything else is other")
  void hostile(String raw) {
    assertEquals(FailureClass.OTHER, ofBrowser(raw));
  }

  @Test
  @DisplayName("ten thousand random texts are other and throw nothing")
  void random() {
    Random random = new Random(24);
    for (int each = 0; each < 10_000; each++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(400); length > 0; length--) {
        text.append((char) random.nextInt(0x10000));
      }
      assertEquals(FailureClass.OTHER, ofBrowser(text.toString()));
    }
  }
}
