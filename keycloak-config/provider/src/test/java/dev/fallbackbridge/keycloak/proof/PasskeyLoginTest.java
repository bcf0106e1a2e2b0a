package dev.fallbackbridge.keycloak.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fallbackbridge.keycloak.login.FakeLogin;
import dev.fallbackbridge.keycloak.login.Stub;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;

@DisplayName("E3: a login in which the passkey worked says so in its event")
class PasskeyLoginTest {

  private static final Map<String, String> TOLD = Map.of("fallback_passkey", "passed");
  private static final Map<String, String> NOTHING = Map.of();

  private final FakeLogin fake = new FakeLogin();
  private final AuthenticationSessionModel login = fake.session();
  private final Map<String, String> event = new HashMap<>();

  private static UserModel user(String id) {
    return Stub.of(UserModel.class).with("getId", id).make();
  }

  /** What the event of a later request of the same login says. */
  private Map<String, String> toldLater(String userId) {
    Map<String, String> later = new HashMap<>();
    PasskeyLogin.tell(login, user(userId), later::put);
    return later;
  }

  @Test
  @DisplayName("at once, and again in a later request, whose event is another one")
  void passed() {
    PasskeyLogin.passed(login, user("ada"), event::put);
    assertEquals(TOLD, event);
    assertEquals(TOLD, toldLater("ada"));
  }

  @Test
  @DisplayName("B06: of nobody else, and of nobody whose passkey has not worked")
  void othersPasskey() {
    assertEquals(NOTHING, toldLater("ada"));
    PasskeyLogin.passed(login, user("ada"), event::put);
    assertEquals(NOTHING, toldLater("mary"));
  }

  @Test
  @DisplayName("I12: a login that came in by a fallback does not say it, though another passkey worked in it before")
  void cameByFallback() {
    PasskeyLogin.passed(login, user("ada"), event::put);
    fake.userSessionNote("fallback.case", "fb-1");
    assertEquals(NOTHING, toldLater("ada"));
  }

  @Test
  @DisplayName("I12: nor does it where a passkey works after the fallback")
  void afterFallback() {
    fake.userSessionNote("fallback.case", "fb-1");
    PasskeyLogin.passed(login, user("ada"), event::put);
    assertEquals(NOTHING, event);
    assertEquals(NOTHING, toldLater("ada"));
  }
}
