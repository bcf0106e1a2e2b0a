package dev.fallbackbridge.keycloak.session;

import org.jboss.logging.Logger;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.browser.CookieAuthenticator;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.common.util.Time;
import org.keycloak.events.EventType;
import org.keycloak.models.Constants;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;
import org.keycloak.services.messages.Messages;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Keycloak's single sign-on by cookie, with three exceptions for fallback sessions.
 *
 * <p>Past its end a fallback session gives no sign-on, also while the bridge that should have ended it is down. An
 * action on the account (a {@code kc_action}) asks for the whole login again, which then takes the biometric check.
 * And no application gets an offline token.
 */
final class FallbackCookie extends CookieAuthenticator {

  private static final Logger LOG = Logger.getLogger(FallbackCookie.class);

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    AuthResult found = AuthenticationManager.authenticateIdentityCookie(context.getSession(), context.getRealm(), true);
    if (found == null || !SessionMarks.areOn(found.session())) {
      super.authenticate(context);
    } else if (SessionMarks.endsAt(found.session()).orElse(0) <= Time.currentTime()) {
      end(context, found.session());
      context.attempted();
    } else if (context.getAuthenticationSession().getClientNote(Constants.KC_ACTION) != null) {
      askForEverything(context, found);
    } else {
      OfflineAccess.strip(context.getAuthenticationSession());
      super.authenticate(context);
    }
  }

  /**
   * Only here and not at its applications: a full logout would take this login's own session along, which has the same
   * id. Their tokens can no longer be refreshed.
   */
  private static void end(AuthenticationFlowContext context, UserSessionModel session) {
    LOG.infof("Fallback session past its end: realm=%s session=%s", context.getRealm().getName(), session.getId());
    context
        .newEvent()
        .event(EventType.LOGOUT)
        .client(context.getAuthenticationSession().getClient())
        .user(session.getUser())
        .session(session)
        .detail("fallback_case", session.getNote(SessionMarks.CASE))
        .detail("reason", "ended")
        .success();
    context.getSession().sessions().removeUserSession(context.getRealm(), session);
  }

  /** The same as Keycloak does when an application asks for the login anew. */
  private static void askForEverything(AuthenticationFlowContext context, AuthResult found) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    context.setUser(found.user());
    new AcrStore(context.getSession(), login).setLevelAuthenticatedToCurrentRequest(Constants.NO_LOA);
    login.setAuthNote(AuthenticationManager.FORCED_REAUTHENTICATION, "true");
    context.setForwardedInfoMessage(Messages.REAUTHENTICATE);
    context.attempted();
  }
}
