package dev.fallbackbridge.keycloak.session;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.keycloak.OAuth2Constants;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.sessions.AuthenticationSessionModel;

/** Takes the request for an offline token out of a login: such a token would live on after a fallback session. */
public final class OfflineAccess {

  private OfflineAccess() {}

  /** Drops {@code offline_access} from the scope the application asked for; it gets what remains. */
  public static void strip(AuthenticationSessionModel login) {
    String scope = login.getClientNote(OIDCLoginProtocol.SCOPE_PARAM);
    if (scope != null) {
      login.setClientNote(OIDCLoginProtocol.SCOPE_PARAM, without(scope));
    }
  }

  static String without(String scope) {
    return Arrays.stream(scope.split(" "))
        .filter(each -> !each.equals(OAuth2Constants.OFFLINE_ACCESS))
        .collect(Collectors.joining(" "));
  }
}
