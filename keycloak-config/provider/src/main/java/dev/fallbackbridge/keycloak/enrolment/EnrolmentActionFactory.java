package dev.fallbackbridge.keycloak.enrolment;

import dev.fallbackbridge.keycloak.bridge.BridgeCaller;
import dev.fallbackbridge.keycloak.bridge.BridgeClient;
import dev.fallbackbridge.keycloak.bridge.BridgeSettings;
import dev.fallbackbridge.keycloak.server.ProviderRelease;
import java.util.ArrayList;
import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;

/** Offers {@link EnrolmentAction} as required and as application-initiated action, and owns its connection. */
public final class EnrolmentActionFactory implements RequiredActionFactory {

  public static final String PROVIDER_ID = "fallback-bridge-enrol";

  private BridgeClient client;
  private BridgeCaller caller;

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayText() {
    return "Set up the fallback code";
  }

  @Override
  public RequiredActionProvider create(KeycloakSession session) {
    return new EnrolmentAction(caller);
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    List<ProviderConfigProperty> properties = new ArrayList<>(MAX_AUTH_AGE_CONFIG_PROPERTIES);
    properties.addAll(BridgeSettings.properties());
    return properties;
  }

  @Override
  public void init(Config.Scope config) {
    client = new BridgeClient(System::nanoTime);
    caller = new BridgeCaller(client);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    ProviderRelease.announce();
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
