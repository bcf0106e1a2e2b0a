package dev.fallbackbridge.keycloak.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.device.SeenUsers.Seen;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whose passkeys have worked in a browser")
class SeenUsersTest {

  private static final long DAY = 24 * 3_600_000L;
  private static final long NOW = 1_800_000_000_000L;
  private static final SeenUsers NOBODY = SeenUsers.nobody("realm");

  private static SeenUsers with(String user, long since, long last) {
    return new SeenUsers(SeenUsers.TYPE, "realm", Map.of(user, new Seen(since, last)));
  }

  @Test
  @DisplayName("a browser is known to the user whose passkey worked, and to nobody else")
  void ofUser() {
    SeenUsers seen = NOBODY.with("ada", NOW);
    assertEquals(OptionalLong.of(NOW), seen.since("ada", NOW));
    assertEquals(OptionalLong.empty(), seen.since("bea", NOW));
    assertEquals(OptionalLong.empty(), NOBODY.since("ada", NOW));
  }

  @Test
  @DisplayName("180 days after the last success it is not known any more, however long it was before")
  void expiry() {
    SeenUsers seen = NOBODY.with("ada", NOW).with("ada", NOW + 100 * DAY);
    assertEquals(OptionalLong.of(NOW), seen.since("ada", NOW + 280 * DAY - 1));
    assertEquals(OptionalLong.empty(), seen.since("ada", NOW + 280 * DAY));
    assertEquals(OptionalLong.of(NOW + 280 * DAY), seen.with("ada", NOW + 280 * DAY).since("ada", NOW + 280 * DAY));
  }

  @Test
  @DisplayName("a sixth user takes the place of the one whose last success is the oldest")
  void oldestOut() {
    SeenUsers seen = NOBODY;
    for (int user = 1; user <= 5; user++) {
      seen = seen.with("u" + user, NOW + user);
    }
    seen = seen.with("u1", NOW + 6).with("u6", NOW + 7);
    assertEquals(Set.of("u1", "u3", "u4", "u5", "u6"), seen.users().keySet());
    assertEquals(OptionalLong.of(NOW + 1), seen.since("u1", NOW + 8));
  }

  @Test
  @DisplayName("who has expired leaves with the next success")
  void expiredOut() {
    assertEquals(Set.of("bea"), NOBODY.with("ada", NOW).with("bea", NOW + 180 * DAY).users().keySet());
  }

  @Test
  @DisplayName("I5: times that make no sense count as none")
  void senseless() {
    assertEquals(OptionalLong.empty(), with("ada", 0, NOW).since("ada", NOW));
    assertEquals(OptionalLong.empty(), with("ada", NOW, NOW - 1).since("ada", NOW));
  }

  @Test
  @DisplayName("another kind of token, another realm's, and one without users are not this one")
  void isOf() {
    Map<String, Seen> gap = new HashMap<>();
    gap.put("ada", null);
    assertTrue(NOBODY.isOf("realm"));
    assertFalse(NOBODY.isOf("other"));
    assertFalse(new SeenUsers("JWT", "realm", Map.of()).isOf("realm"));
    assertFalse(new SeenUsers(SeenUsers.TYPE, null, Map.of()).isOf("realm"));
    assertFalse(new SeenUsers(SeenUsers.TYPE, "realm", null).isOf("realm"));
    assertFalse(new SeenUsers(SeenUsers.TYPE, "realm", gap).isOf("realm"));
  }
}
