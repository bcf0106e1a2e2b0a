package dev.fallbackbridge.keycloak.enrolment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Names in the QR code are cut by what they cost there")
class AppLabelTest {

  @ParameterizedTest
  @CsvSource({
    "alice, 10, alice",
    "alice, 4, alic",
    "a@b.example, 5, a@b",
    "a@b.example, 3, a",
    "über, 8, übe",
    "über, 5, ''",
    "鍵鍵鍵, 18, 鍵鍵",
    "🔑🔑, 23, 🔑",
    "'', 5, ''"
  })
  @DisplayName("never through a character")
  void fit(String text, int cost, String expected) {
    assertEquals(expected, AppLabel.fit(text, cost));
  }
}
