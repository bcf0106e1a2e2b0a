package dev.fallbackbridge.keycloak.enrolment;

import dev.fallbackbridge.keycloak.watch.HostileText;
import java.nio.charset.StandardCharsets;

/**
 * The two texts an authenticator app shows beside a code. They become part of the QR code, percent-encoded, and a
 * picture of more than some 300 characters neither fits into an answer nor scans well, so that they are cut by what
 * they cost there.
 */
final class AppLabel {

  /** For the user name, which the picture holds once. */
  static final int LABEL_COST = 120;

  /** For the realm's name, which the picture holds twice. */
  static final int ISSUER_COST = 60;

  private AppLabel() {}

  /** The beginning of the text that costs no more than so many characters when percent-encoded. */
  static String fit(String text, int cost) {
    StringBuilder kept = new StringBuilder();
    int spent = 0;
    for (int character : HostileText.tame(text).codePoints().toArray()) {
      spent += costOf(character);
      if (spent > cost) {
        break;
      }
      kept.appendCodePoint(character);
    }
    return kept.toString();
  }

  private static int costOf(int character) {
    boolean plain = character < 128 && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0);
    return plain ? 1 : 3 * Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
  }
}
