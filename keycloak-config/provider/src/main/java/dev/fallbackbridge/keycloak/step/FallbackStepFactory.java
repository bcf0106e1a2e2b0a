package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.bridge.BridgeCaller;
import dev.fallbackbridge.keycloak.bridge.BridgeClient;
import dev.fallbackbridge.keycloak.bridge.BridgeSettings;
import dev.fallbackbridge.keycloak.credential.BridgeTotpCredential;
import dev.fallbackbridge.keycloak.server.ProviderRelease;
import java.util.List;
import java.util.Set;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.credential.OTPCredentialModel;
import org.keycloak.provider.ProviderConfigProperty;

/** Offers {@link FallbackStep} to flows and owns its connection to the bridge. */
public final class FallbackStepFactory implements AuthenticatorFactory {

  public static final String PROVIDER_ID = "fallback-bridge-step";

  private BridgeClient client;
  private BridgeCaller caller;

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Fallback through the bridge";
  }

  @Override
  public String getHelpText() {
    return "Asks the bridge for another way in after a watched WebAuthn step failed. Place it behind the condition.";
  }

  /** One of the categories whose failures brute-force protection counts; others are guessed at without limit. */
  @Override
  public String getReferenceCategory() {
    return OTPCredentialModel.TYPE;
  }

  /** Makes the account console list the bridge's own factor. */
  @Override
  public Set<String> getOptionalReferenceCategories(KeycloakSession session) {
    return Set.of(BridgeTotpCredential.TYPE);
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return BridgeSettings.properties();
  }

  @Override
  public Requirement[] getRequirementChoices() {
    return REQUIREMENT_CHOICES.clone();
  }

  @Override
  public boolean isUserSetupAllowed() {
    return false;
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return new FallbackStep(caller);
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
