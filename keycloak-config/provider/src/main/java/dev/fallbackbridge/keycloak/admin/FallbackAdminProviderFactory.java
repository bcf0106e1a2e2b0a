package dev.fallbackbridge.keycloak.admin;

import dev.fallbackbridge.keycloak.server.ProviderRelease;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;

/** Serves {@code /admin/realms/{realm}/fallback-bridge/...}. */
public final class FallbackAdminProviderFactory implements AdminRealmResourceProviderFactory {

  public static final String PROVIDER_ID = "fallback-bridge";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public AdminRealmResourceProvider create(KeycloakSession session) {
    return FallbackAdminProvider.SINGLETON;
  }

  @Override
  public void init(Config.Scope config) {
    // No settings of its own.
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    ProviderRelease.announce();
  }

  @Override
  public void close() {
    // Nothing held.
  }
}
