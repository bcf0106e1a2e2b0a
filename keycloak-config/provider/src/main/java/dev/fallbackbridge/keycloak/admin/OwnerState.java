package dev.fallbackbridge.keycloak.admin;

import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** Whether the account of somebody whom the policy names as an owner can be used; nothing else about it. */
final class OwnerState {

  private OwnerState() {}

  /** {@code enabled}, {@code disabled} or {@code absent}. A service account is no person, so it owns nothing. */
  static Map<String, Object> of(KeycloakSession session, RealmModel realm, String username) {
    UserModel user = username == null || username.isBlank() ? null : session.users().getUserByUsername(realm, username);
    if (user == null || user.getServiceAccountClientLink() != null) {
      return Map.of("state", "absent");
    }
    return Map.of("state", user.isEnabled() ? "enabled" : "disabled");
  }
}
