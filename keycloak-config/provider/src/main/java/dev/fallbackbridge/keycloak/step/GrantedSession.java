package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.session.OfflineAccess;
import dev.fallbackbridge.keycloak.session.SessionMarks;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.events.Details;
import org.keycloak.models.Constants;
import org.keycloak.sessions.AuthenticationSessionModel;

/** Marks the session that a granted login is about to become, and its login event. */
final class GrantedSession {

  private GrantedSession() {}

  static void mark(AuthenticationFlowContext context, StepAnswer.Granted granted, RecordedFailure failure) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    login.setUserSessionNote(SessionMarks.CASE, granted.caseId());
    login.setUserSessionNote(SessionMarks.PATH, granted.path());
    login.setUserSessionNote(SessionMarks.PROFILE, granted.profile());
    login.setUserSessionNote(SessionMarks.ENDS_AT, Long.toString(granted.endsAt()));
    login.setUserSessionNote(SessionMarks.ACR, granted.acr());
    // The levels of an earlier login in the same session would outlast this weaker one and speak for it.
    login.removeAuthNote(Constants.LOA_MAP);
    OfflineAccess.strip(login);
    // A remembered session could outlive the browser, and its lifetime is set elsewhere.
    login.removeAuthNote(Details.REMEMBER_ME);
    context
        .getEvent()
        .removeDetail(Details.REMEMBER_ME)
        .detail("fallback_case", granted.caseId())
        .detail("fallback_path", granted.path())
        .detail("fallback_profile", granted.profile())
        .detail("fallback_failure_class", failure.failureClass().wireName())
        .detail("fallback_acr", granted.acr());
  }
}
