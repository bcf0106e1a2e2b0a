package dev.fallbackbridge.keycloak.admin;

import org.keycloak.models.ClientModel;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminAuth;

/**
 * What a caller may do here. The roles are client roles of the calling client itself, in the realm it acts on:
 * Keycloak's own administrator roles would give far more than the bridge needs, and give nothing here.
 */
enum AdminRole {
  WRITE_OVERRIDE_EVENTS("write-override-events"),
  END_FALLBACK_SESSIONS("end-fallback-sessions"),
  READ_USER_FACTS("read-user-facts");

  private final String roleName;

  AdminRole(String roleName) {
    this.roleName = roleName;
  }

  /** The role's name on the client. */
  String roleName() {
    return roleName;
  }

  /** Whether the caller holds this role, by a token of this very realm. */
  boolean isHeldBy(AdminAuth caller, RealmModel realm) {
    ClientModel client = caller.getClient();
    return client != null
        && caller.getRealm().getId().equals(realm.getId())
        && client.getRealm().getId().equals(realm.getId())
        && caller.hasAppRole(client, roleName);
  }
}
