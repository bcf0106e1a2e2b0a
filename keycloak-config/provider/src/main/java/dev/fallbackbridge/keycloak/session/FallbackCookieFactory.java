package dev.fallbackbridge.keycloak.session;

import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.CookieAuthenticatorFactory;
import org.keycloak.models.KeycloakSession;

/** Offers {@link FallbackCookie} to flows, in the place of Keycloak's own cookie step. */
public final class FallbackCookieFactory extends CookieAuthenticatorFactory {

  public static final String PROVIDER_ID = "fallback-bridge-cookie";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Cookie, not past a fallback's end";
  }

  @Override
  public String getHelpText() {
    return "Single sign-on by cookie. A fallback session gives none past its end, and none for actions on the account.";
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return new FallbackCookie();
  }
}
