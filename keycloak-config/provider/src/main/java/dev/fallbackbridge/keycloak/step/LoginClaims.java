package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.credential.BridgeTotpCredential;
import dev.fallbackbridge.keycloak.credential.BridgeTotpProvider;
import dev.fallbackbridge.keycloak.watch.HostileText;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/** The claims every request makes about the login it belongs to and the user in it. */
public final class LoginClaims {

  private static final int MAX_USER_AGENT = 256;

  private LoginClaims() {}

  /**
   * Realm, user, root session, tab, application, step, address and factors of a login.
   *
   * @param execution id of the step's execution, or of the required action
   */
  public static Map<String, Object> of(
      KeycloakSession session, AuthenticationSessionModel login, UserModel user, String execution) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("realm", login.getRealm().getId());
    claims.put("sub", user.getId());
    claims.put("sid", login.getParentSession().getId());
    claims.put("tab", login.getTabId());
    claims.put("client", login.getClient().getClientId());
    claims.put("execution", execution);
    claims.put("factors", factorsOf(session, login.getRealm(), user));
    claims.put("ip", session.getContext().getConnection().getRemoteAddr());
    claims.put("userAgent", userAgent(session.getContext().getRequestHeaders()));
    claims.put("locale", session.getContext().resolveLocale(user).toLanguageTag());
    return claims;
  }

  private static List<Map<String, Object>> factorsOf(KeycloakSession session, RealmModel realm, UserModel user) {
    List<Map<String, Object>> factors = new ArrayList<>();
    for (BridgeTotpCredential totp : BridgeTotpProvider.factorsOf(user)) {
      Map<String, Object> factor = factor("bridge-totp", totp.getCreatedDate());
      factor.put("handle", totp.handle());
      factors.add(factor);
    }
    if (LocalOtp.isSetUp(user)) {
      factors.add(factor(LocalOtp.CHECK, LocalOtp.createdDate(session, realm, user)));
    }
    return factors;
  }

  /** A factor of that type; without a date where Keycloak has none. */
  static Map<String, Object> factor(String type, Long createdAt) {
    Map<String, Object> factor = new LinkedHashMap<>();
    factor.put("type", type);
    if (createdAt != null && createdAt >= 0) {
      factor.put("createdAt", createdAt);
    }
    return factor;
  }

  private static String userAgent(HttpHeaders headers) {
    return HostileText.tame(headers.getHeaderString(HttpHeaders.USER_AGENT), MAX_USER_AGENT);
  }
}
