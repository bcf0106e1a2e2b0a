package dev.fallbackbridge.keycloak.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("B24: text of a browser is tamed before it is kept")
class HostileTextTest {

  @Test
  @DisplayName("line breaks, escapes and direction marks go, ordinary text of any script stays")
  void strips() {
    assertEquals("abcdef", HostileText.tame("ab\r\ncd\u0000\u001b\u2028ef\u202e\u2066\u200f\ufeff"));
    assertEquals("Zeit überschritten, 時間切れ, انتهى 🔑", HostileText.tame("Zeit überschritten, 時間切れ, انتهى 🔑"));
    assertEquals("", HostileText.tame(null));
  }

  @Test
  @DisplayName("it is cut at 200, never through a character")
  void cuts() {
    assertEquals(200, HostileText.tame("x".repeat(1_000_000)).length());
    String keys = HostileText.tame("x" + "🔑".repeat(500));
    assertEquals(199, keys.length());
    assertTrue(keys.endsWith("🔑"));
  }

  @Test
  @DisplayName("ten thousand random texts come out short, plain and the same when tamed again")
  void random() {
    Random random = new Random(7);
    for (int each = 0; each < 10_000; each++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(400); length > 0; length--) {
        text.append((char) random.nextInt(0x10000));
      }
      String tame = HostileText.tame(text.toString());
      assertTrue(tame.length() <= HostileText.MAX_DETAIL);
      assertFalse(tame.codePoints().anyMatch(Character::isISOControl));
      assertFalse(tame.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
      assertEquals(tame, HostileText.tame(tame));
    }
  }
}
