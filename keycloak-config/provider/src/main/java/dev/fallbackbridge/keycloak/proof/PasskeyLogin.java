package dev.fallbackbridge.keycloak.proof;

import dev.fallbackbridge.keycloak.session.SessionMarks;
import java.util.function.BiConsumer;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * A login in which a watched passkey check succeeded says so in its LOGIN event. By that the bridge learns that the person
 * needs no fallback any more, and takes an open case of theirs back.
 *
 * <p>It opens nothing, and a login that ends by a fallback never says it.
 */
public final class PasskeyLogin {

  static final String DETAIL = "fallback_passkey";
  static final String PASSED = "passed";

  /** An event lasts for one request, and the login may go on in another. */
  private static final String NOTE = "fallback-bridge.passkey-passed";

  private PasskeyLogin() {}

  /** Keeps that a check of this user has just succeeded, and tells the event. */
  public static void passed(AuthenticationSessionModel login, UserModel user, BiConsumer<String, String> tell) {
    login.setAuthNote(NOTE, user.getId());
    tell(login, user, tell);
  }

  /** Tells the event, by name and value, where a check of this user has succeeded in a login without a fallback (I12). */
  public static void tell(AuthenticationSessionModel login, UserModel user, BiConsumer<String, String> tell) {
    if (user.getId().equals(login.getAuthNote(NOTE)) && !SessionMarks.areOn(login, null)) {
      tell.accept(DETAIL, PASSED);
    }
  }
}
