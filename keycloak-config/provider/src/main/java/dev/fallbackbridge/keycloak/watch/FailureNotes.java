package dev.fallbackbridge.keycloak.watch;

import java.util.Optional;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Failures kept as notes of the authentication session, that is: of one login in one tab.
 *
 * <p>A note is found by the execution that wrote it and counts only for the user it names, so that neither another
 * step nor a change of user within the login can inherit it. A restart of the login wipes it.
 */
public final class FailureNotes {

  private static final String PREFIX = "fallback-bridge.failure.";

  private FailureNotes() {}

  /** The failures of this user recorded by this execution; empty when there are none. */
  public static Optional<RecordedFailure> find(AuthenticationSessionModel login, String execution, String userId) {
    return RecordedFailure.ofNote(login.getAuthNote(PREFIX + execution))
        .filter(failure -> failure.userId().equals(userId) && failure.execution().equals(execution));
  }

  /** Keeps one more failure; the count goes on only for the same user. */
  static RecordedFailure add(
      AuthenticationSessionModel login,
      String execution,
      String userId,
      FailureClass failureClass,
      String detail,
      long at,
      String credentialType) {
    int before = find(login, execution, userId).map(RecordedFailure::count).orElse(0);
    RecordedFailure failure =
        new RecordedFailure(userId, execution, failureClass, detail, at, before + 1, credentialType);
    put(login, failure);
    return failure;
  }

  /** Keeps this failure in place of whatever its execution had recorded. */
  static void put(AuthenticationSessionModel login, RecordedFailure failure) {
    login.setAuthNote(PREFIX + failure.execution(), failure.toNote());
  }

  /** Forgets what this execution recorded. */
  static void clear(AuthenticationSessionModel login, String execution) {
    login.removeAuthNote(PREFIX + execution);
  }
}
