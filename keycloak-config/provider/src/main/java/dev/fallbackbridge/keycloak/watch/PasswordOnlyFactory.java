package dev.fallbackbridge.keycloak.watch;

import java.util.Set;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.PasswordFormFactory;
import org.keycloak.models.KeycloakSession;

/** Offers {@link PasswordOnly} to flows; category and all else are those of Keycloak's own step. */
public class PasswordOnlyFactory extends PasswordFormFactory {

  public static final String PROVIDER_ID = "fallback-bridge-password";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Password Form, without a passkey";
  }

  @Override
  public String getHelpText() {
    return "Validates a password from login form, and takes no passkey in its place. Stands before the fallback.";
  }

  @Override
  public Set<String> getOptionalReferenceCategories(KeycloakSession session) {
    return Set.of();
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return new PasswordOnly();
  }
}
