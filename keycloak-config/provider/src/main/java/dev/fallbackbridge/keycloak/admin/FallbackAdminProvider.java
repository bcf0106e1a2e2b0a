package dev.fallbackbridge.keycloak.admin;

import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** Hangs {@link FallbackAdminResource} into Keycloak's admin API. */
final class FallbackAdminProvider implements AdminRealmResourceProvider {

  static final FallbackAdminProvider SINGLETON = new FallbackAdminProvider();

  private FallbackAdminProvider() {}

  @Override
  public Object getResource(
      KeycloakSession session, RealmModel realm, AdminPermissionEvaluator auth, AdminEventBuilder adminEvent) {
    return new FallbackAdminResource(session, realm, auth.adminAuth(), adminEvent);
  }

  @Override
  public void close() {
    // Nothing held.
  }
}
