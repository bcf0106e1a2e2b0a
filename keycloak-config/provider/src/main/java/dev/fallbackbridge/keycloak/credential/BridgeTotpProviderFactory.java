package dev.fallbackbridge.keycloak.credential;

import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialProviderFactory;
import org.keycloak.models.KeycloakSession;

/** Makes the credential type known to Keycloak. */
public final class BridgeTotpProviderFactory implements CredentialProviderFactory<BridgeTotpProvider> {

  @Override
  public String getId() {
    return BridgeTotpCredential.TYPE;
  }

  @Override
  public CredentialProvider<BridgeTotpCredential> create(KeycloakSession session) {
    return new BridgeTotpProvider(session);
  }
}
