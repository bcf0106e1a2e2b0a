package dev.fallbackbridge.keycloak.proof;

import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Logins that are for something a fallback may not give: a fallback session is weaker than others by design, and who
 * got in by one must not change the factors that guard the account.
 */
public final class BiometricOnly {

  private BiometricOnly() {}

  /**
   * Whether this login raises a session that stands at some level already, or was started to carry out an action on
   * the account (a {@code kc_action}).
   */
  public static boolean applies(KeycloakSession session, AuthenticationSessionModel login) {
    return login.getClientNote(Constants.KC_ACTION) != null
        || new AcrStore(session, login).getLevelOfAuthenticationFromCurrentAuthentication() >= Constants.MINIMUM_LOA;
  }
}
