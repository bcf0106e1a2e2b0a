package dev.fallbackbridge.keycloak.device;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.device.SeenUsers.Seen;
import dev.fallbackbridge.keycloak.login.Stub;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.TokenManager;
import org.keycloak.models.UserModel;
import org.keycloak.util.JsonSerialization;

@DisplayName("I5: the cookie of a browser in which a passkey worked")
class DeviceCookieTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final OptionalLong KNOWN = OptionalLong.of(NOW);
  private static final OptionalLong NEW = OptionalLong.empty();

  private final TokenManager tokens = RealmTokens.of("the realm's key");
  private final SeenUsers ada = SeenUsers.nobody("realm").with("ada", NOW);

  private OptionalLong since(String user, String cookie) {
    return DeviceCookie.read(tokens, "realm", cookie).since(user, NOW);
  }

  private String renew(String before, String user) {
    return DeviceCookie.renew(tokens, "realm", before, user, NOW);
  }

  private static String text(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("signed by Keycloak, it names those whose passkeys worked and nobody else")
  void signed() {
    String both = renew(renew(null, "ada"), "bea");
    assertEquals(KNOWN, since("ada", both));
    assertEquals(KNOWN, since("bea", both));
    assertEquals(NEW, since("eve", both));
    assertEquals(NEW, since("ada", null));
  }

  @Test
  @DisplayName("it holds user ids and times, and nothing else of anybody")
  void content() throws Exception {
    String[] parts = renew(null, "ada").split("\\.");
    assertTrue(text(parts[0]).contains("\"HS512\""), "the realm's internal key signs it");
    Map<?, ?> content = JsonSerialization.readValue(text(parts[1]), Map.class);
    assertEquals(Set.of("typ", "realm", "users"), content.keySet());
    assertEquals(Map.of("ada", Map.of("since", NOW, "last", NOW)), content.get("users"));
  }

  @Test
  @DisplayName("with another user in it, another signature or none, it is no cookie")
  void altered() {
    String[] parts = renew(null, "eve").split("\\.");
    String forAda = part(text(parts[1]).replace("eve", "ada"));
    assertEquals(KNOWN, since("eve", String.join(".", parts)));
    assertEquals(NEW, since("ada", parts[0] + "." + forAda + "." + parts[2]));
    assertEquals(NEW, since("ada", parts[0] + "." + forAda + "."));
    assertEquals(NEW, since("ada", part("{\"alg\":\"none\"}") + "." + forAda + "."));
    assertEquals(NEW, since("ada", RealmTokens.of("another key").encode(ada)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b.c", "..", "{\"users\":{}}"})
  @DisplayName("what cannot be read is no cookie, and the next success replaces it")
  void unreadable(String cookie) {
    assertEquals(NEW, since("ada", cookie));
    assertEquals(KNOWN, since("ada", renew(cookie, "ada")));
  }

  @Test
  @DisplayName("another realm's cookie is none, even where both realms were given the same key")
  void otherRealm() {
    assertEquals(NEW, since("ada", tokens.encode(SeenUsers.nobody("other").with("ada", NOW))));
  }

  @Test
  @DisplayName("another token that the realm signed is no cookie")
  void otherToken() {
    assertEquals(NEW, since("ada", tokens.encode(new SeenUsers("Bearer", "realm", ada.users()))));
    assertEquals(NEW, since("ada", tokens.encode(new SeenUsers(SeenUsers.TYPE, "realm", null))));
  }

  @Test
  @DisplayName("one that is too long is not looked at and replaced by a shorter one")
  void tooLong() {
    String other = "x".repeat(3_000);
    Map<String, Seen> users = Map.of("ada", new Seen(NOW, NOW), other, new Seen(NOW, NOW));
    String both = tokens.encode(new SeenUsers(SeenUsers.TYPE, "realm", users));
    assertEquals(NEW, since("ada", both));
    assertEquals(Set.of("ada"), DeviceCookie.read(tokens, "realm", renew(both, "ada")).users().keySet());
  }

  @Test
  @DisplayName("five users of the longest ids fit; where others leave too little room they are dropped")
  void room() {
    String cookie = null;
    for (int user = 1; user <= 5; user++) {
      cookie = renew(cookie, Integer.toString(user).repeat(255));
    }
    assertEquals(5, DeviceCookie.read(tokens, "realm", cookie).users().size());
    String newcomer = "y".repeat(900);
    String alone = renew(renew(null, "€".repeat(600)), newcomer);
    assertEquals(Set.of(newcomer), DeviceCookie.read(tokens, "realm", alone).users().keySet());
  }

  @Test
  @DisplayName("a login does not fail because its browser cannot be remembered")
  void inVain() {
    KeycloakSession broken = Stub.of(KeycloakSession.class).make();
    RealmModel realm = Stub.of(RealmModel.class).with("getId", "realm").with("getName", "realm").make();
    UserModel user = Stub.of(UserModel.class).with("getId", "ada").make();
    assertDoesNotThrow(() -> DeviceCookie.remember(broken, realm, user));
  }
}
