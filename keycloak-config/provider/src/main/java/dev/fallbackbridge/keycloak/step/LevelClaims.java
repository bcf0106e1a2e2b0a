package dev.fallbackbridge.keycloak.step;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.models.AuthenticationFlowModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.sessions.AuthenticationSessionModel;

/** The levels of authentication that the application of a login asked for. */
final class LevelClaims {

  private LevelClaims() {}

  /**
   * The level that was asked for, and the same as a required one where Keycloak finishes no login below it: an
   * essential {@code acr} of OpenID Connect, or a context class that SAML asks for.
   */
  static Map<String, Object> of(
      KeycloakSession session, AuthenticationSessionModel login, AuthenticationFlowModel topFlow) {
    AcrStore levels = new AcrStore(session, login);
    int requested = levels.getRequestedLevelOfAuthentication(topFlow);
    Map<String, Object> claims = new LinkedHashMap<>();
    if (requested > Constants.NO_LOA) {
      claims.put("requestedAcr", requested);
    }
    if (levels.isLevelOfAuthenticationForced() && requested > Constants.MINIMUM_LOA) {
      claims.put("requiredLevel", requested);
    }
    return claims;
  }
}
