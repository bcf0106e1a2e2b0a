package dev.fallbackbridge.keycloak.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.RoleUtils;

/** The few facts about a user that the bridge's policy asks for: no name, no address, no secret. */
final class UserFacts {

  private UserFacts() {}

  /** The facts; {@link AdminProblem} 404 when there is no such user. */
  static Map<String, Object> of(KeycloakSession session, RealmModel realm, String userId) {
    UserModel user = session.users().getUserById(realm, userId);
    if (user == null) {
      throw AdminProblem.notFound("user");
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("enabled", user.isEnabled());
    facts.put("groups", user.getGroupsStream().map(KeycloakModelUtils::buildGroupPath).sorted().toList());
    facts.put(
        "roles",
        RoleUtils.getDeepUserRoleMappings(user).stream()
            .filter(role -> RoleUtils.isRealmRole(role, realm))
            .map(role -> role.getName())
            .sorted()
            .toList());
    facts.put("credentials", credentialsOf(user));
    return facts;
  }

  private static List<Map<String, Object>> credentialsOf(UserModel user) {
    return user.credentialManager()
        .getStoredCredentialsStream()
        .map(
            stored -> {
              Map<String, Object> credential = new LinkedHashMap<>();
              credential.put("type", stored.getType());
              credential.put("createdDate", stored.getCreatedDate());
              return credential;
            })
        .toList();
  }
}
