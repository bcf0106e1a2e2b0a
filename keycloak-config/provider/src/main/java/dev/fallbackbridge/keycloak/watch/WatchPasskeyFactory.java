package dev.fallbackbridge.keycloak.watch;

import dev.fallbackbridge.keycloak.server.ProviderRelease;
import java.util.List;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.WebAuthnPasswordlessAuthenticatorFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;

/** Offers {@link WatchPasskey} to flows; category and set-up are those of Keycloak's own step. */
public class WatchPasskeyFactory extends WebAuthnPasswordlessAuthenticatorFactory {

  public static final String PROVIDER_ID = "fallback-bridge-watch-passkey";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "WebAuthn passwordless, failures watched";
  }

  @Override
  public String getHelpText() {
    return "Passwordless WebAuthn. A failure of an identified user is recorded, so that a fallback further down the"
        + " flow can open.";
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return WatchConfig.properties();
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return new WatchPasskey(session);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    ProviderRelease.announce();
  }
}
