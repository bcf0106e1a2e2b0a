package dev.fallbackbridge.keycloak.bridge;

import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.Urls;
import org.keycloak.urls.UrlType;

/** The issuer URL of a realm as applications see it, whatever address a request came in by. */
public final class RealmIssuer {

  private RealmIssuer() {}

  /** The issuer that tokens of this realm name. */
  public static String of(KeycloakSession session, RealmModel realm) {
    return Urls.realmIssuer(session.getContext().getUri(UrlType.FRONTEND).getBaseUri(), realm.getName());
  }
}
