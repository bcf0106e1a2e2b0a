package dev.fallbackbridge.keycloak.session;

import java.util.OptionalLong;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * The notes by which a fallback session can be told from any other. The bridge ends sessions by them, and whatever
 * must not happen in a fallback session is refused by them.
 */
public final class SessionMarks {

  public static final String CASE = "fallback.case";
  public static final String PATH = "fallback.path";
  public static final String PROFILE = "fallback.profile";
  public static final String ENDS_AT = "fallback.ends_at";
  public static final String ACR = "fallback.acr";

  private SessionMarks() {}

  /** Whether the session came about by a fallback. */
  public static boolean areOn(UserSessionModel session) {
    return session != null && session.getNote(CASE) != null;
  }

  /** Whether this login has gone through the fallback, or continues a session that did. */
  public static boolean areOn(AuthenticationSessionModel login, UserSessionModel continued) {
    return areOn(continued) || (login != null && login.getUserSessionNotes().containsKey(CASE));
  }

  /** Whether the request at hand comes out of a fallback session or login. */
  public static boolean areOnCurrent(KeycloakSession session) {
    return areOn(session.getContext().getAuthenticationSession(), session.getContext().getUserSession());
  }

  /** When the session has to be over, in epoch seconds; empty when the note is missing or unreadable. */
  public static OptionalLong endsAt(UserSessionModel session) {
    try {
      return OptionalLong.of(Long.parseLong(session.getNote(ENDS_AT)));
    } catch (NumberFormatException missing) {
      return OptionalLong.empty();
    }
  }
}
