package dev.fallbackbridge.keycloak.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An override event is taken as it is described, or not at all")
class OverrideEventTest {

  private static final String PROPER =
      "{\"eventId\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"caseId\":\"case-0001\",\"event\":\"CASE_GRANTED\","
          + "\"userId\":\"user-0001\",\"at\":1800000000000,\"representation\":{\"a\":{\"b\":[1,true]}},"
          + "\"details\":{\"path\":\"own-totp\"}}";

  private static String with(Consumer<ObjectNode> change) {
    try {
      ObjectNode body = (ObjectNode) new ObjectMapper().readTree(PROPER);
      change.accept(body);
      return body.toString();
    } catch (IOException wrongTest) {
      throw new IllegalArgumentException(wrongTest);
    }
  }

  @Test
  @DisplayName("a proper body is read")
  void proper() {
    OverrideEvent event = OverrideEvent.parse(PROPER);
    assertEquals("CASE_GRANTED", event.event());
    assertEquals(Map.of("path", "own-totp"), event.details());
    assertEquals(Map.of("a", Map.of("b", List.of(1, true))), event.representation());
    assertArrayEquals(
        new String[] {"fallback-cases", "case-0001", "01890a5d-ac96-774b-bcce-b302099a8057"}, event.path());
  }

  @Test
  @DisplayName("representation and details may be left out")
  void optional() {
    OverrideEvent event = OverrideEvent.parse(with(body -> body.remove(List.of("representation", "details"))));
    assertEquals(Map.of(), event.representation());
    assertEquals(Map.of(), event.details());
  }

  @Test
  @DisplayName("everything else is refused: missing, odd, unknown, too long, wildcards, slashes")
  void refused() {
    for (String name : List.of("eventId", "caseId", "event", "userId", "at")) {
      refuse(with(body -> body.remove(name)));
      refuse(with(body -> body.putNull(name)));
      refuse(with(body -> body.putObject(name)));
    }
    for (String odd :
        List.of("", "short", "x".repeat(65), "a/../../b", "aaaaaaaa*", "aaaaaaaa%", "aaaaaaaa\n", "aaaaaaaä")) {
      refuse(with(body -> body.put("eventId", odd)));
      refuse(with(body -> body.put("caseId", odd)));
    }
    for (String odd : List.of("", "x".repeat(256), "user\n", "user\u0000")) {
      refuse(with(body -> body.put("userId", odd)));
    }
    for (String odd : List.of("", "AB", "granted", "A".repeat(41), "A B", "A1B")) {
      refuse(with(body -> body.put("event", odd)));
    }
    refuse(with(body -> body.put("at", "1800000000000")));
    refuse(with(body -> body.put("at", -1)));
    refuse(with(body -> body.put("at", 1.5)));
    refuse(with(body -> body.put("more", 1)));
    refuse(with(body -> body.put("representation", "text")));
    refuse(with(body -> body.putObject("representation").put("a", "x".repeat(17_000))));
    refuse(with(body -> body.putObject("details").put("a", 1)));
    refuse(with(body -> body.putObject("details").put("A b", "x")));
    refuse(with(body -> body.putObject("details").put("a", "x".repeat(256))));
    refuse(PROPER + "{}");
    refuse(PROPER.replace("{\"eventId\"", "{\"at\":1,\"eventId\""));
    refuse(null);
    refuse("");
    refuse("[]");
    refuse("null");
    refuse("x".repeat(40_000));
  }

  private static void refuse(String body) {
    assertThrows(AdminProblem.class, () -> OverrideEvent.parse(body), body);
  }
}
