package dev.fallbackbridge.keycloak.device;

import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.NewCookie;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.cookie.CookieScope;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.TokenManager;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.utils.SecureContextResolver;

/**
 * The cookie by which a browser is known in which somebody's passkey has worked, signed with the realm's internal key.
 *
 * <p>It is a risk signal and never a factor: whoever can copy it has it, and NIST SP 800-63B-4 (2.2) takes a cookie for
 * no authenticator. Nothing is granted because of it; without it, the bridge's policy may ask for more.
 */
public final class DeviceCookie {

  static final String NAME = "FALLBACK_BRIDGE_DEVICE";

  /** Browsers keep 4096 characters of name, value and attributes. */
  static final int MAX_LENGTH = 3500;

  private static final Logger LOG = Logger.getLogger(DeviceCookie.class);

  private DeviceCookie() {}

  /** Notes in this browser that a passkey of this user has just worked. A login never fails because that cannot be. */
  public static void remember(KeycloakSession session, RealmModel realm, UserModel user) {
    try {
      String before = valueOf(session);
      set(session, realm, renew(session.tokens(), realm.getId(), before, user.getId(), Time.currentTimeMillis()));
    } catch (RuntimeException | LinkageError failure) {
      LOG.warnf("Device not remembered: realm=%s reason=%s", realm.getName(), failure.getClass().getSimpleName());
    }
  }

  /** Since when passkeys of this user have worked in this browser, in epoch milliseconds; empty when none has. */
  public static OptionalLong knownSince(KeycloakSession session, RealmModel realm, UserModel user) {
    SeenUsers seen = read(session.tokens(), realm.getId(), valueOf(session));
    return seen.since(user.getId(), Time.currentTimeMillis());
  }

  /** What a cookie of this value says; too long, not signed by this realm or not to be this cookie, it says nothing. */
  static SeenUsers read(TokenManager tokens, String realm, String value) {
    return Optional.ofNullable(value)
        .filter(text -> text.length() <= MAX_LENGTH)
        .map(text -> tokens.decode(text, SeenUsers.class))
        .filter(seen -> seen.isOf(realm))
        .orElseGet(() -> SeenUsers.nobody(realm));
  }

  /** The value that takes the place of this one after a success; where it would be too long, the others are dropped. */
  static String renew(TokenManager tokens, String realm, String before, String user, long now) {
    String value = tokens.encode(read(tokens, realm, before).with(user, now));
    return value.length() <= MAX_LENGTH ? value : tokens.encode(SeenUsers.nobody(realm).with(user, now));
  }

  private static String valueOf(KeycloakSession session) {
    Cookie cookie = session.getContext().getRequestHeaders().getCookies().get(NAME);
    return cookie == null ? null : cookie.getValue();
  }

  /** As Keycloak sets its own; its {@code CookieProvider} takes no cookie of others. */
  private static void set(KeycloakSession session, RealmModel realm, String value) {
    NewCookie cookie =
        new NewCookie.Builder(NAME)
            .version(1)
            .value(value)
            .path(AuthenticationManager.getRealmCookiePath(realm, session.getContext().getUri()))
            .maxAge(SeenUsers.LIFE_SECONDS)
            .secure(SecureContextResolver.isSecureContext(session))
            // Strict: only forms on Keycloak's own pages have to send it.
            .httpOnly(CookieScope.INTERNAL.isHttpOnly())
            .sameSite(CookieScope.INTERNAL.getSameSite())
            .build();
    session.getContext().getHttpResponse().setCookieIfAbsent(cookie);
  }
}
