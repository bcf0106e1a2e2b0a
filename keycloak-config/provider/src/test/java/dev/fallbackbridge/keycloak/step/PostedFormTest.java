package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ws.rs.core.MultivaluedHashMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("B09 B17: a posted form asks for exactly one thing")
class PostedFormTest {

  /** {@code name=value} pairs, as a browser posts them. */
  private static PostedForm post(String... pairs) {
    MultivaluedHashMap<String, String> fields = new MultivaluedHashMap<>();
    for (String pair : pairs) {
      int at = pair.indexOf('=');
      fields.add(pair.substring(0, at), pair.substring(at + 1));
    }
    return PostedForm.of(fields);
  }

  @Test
  @DisplayName("a code is submitted as it was typed")
  void code() {
    assertEquals(new PostedForm(StepAction.SUBMIT, Map.of("code", " 12 34"), " 12 34", false), post("code= 12 34"));
  }

  @Test
  @DisplayName("a code that came twice goes on as a list, and none of it to Keycloak's own check")
  void twice() {
    PostedForm posted = post("code=123456", "code=654321");
    assertEquals(Map.of("code", List.of("123456", "654321")), posted.input());
    assertNull(posted.code());
  }

  @Test
  @DisplayName("K11: endless input is cut")
  void endless() {
    String[] many = new String[100];
    Arrays.fill(many, "code=" + "1".repeat(100_000));
    assertTrue(post(many).input().toString().length() < 400);
    assertEquals(64, post("code=" + "1".repeat(100_000)).code().length());
  }

  @Test
  @DisplayName("an empty field is no attempt")
  void empty() {
    assertEquals(new PostedForm(StepAction.BEGIN, Map.of(), null, true), post("code= "));
  }

  @Test
  @DisplayName("paths, the list and the way back")
  void others() {
    assertEquals(Map.of("path", "own-totp"), post("path=own-totp").input());
    assertEquals(new PostedForm(StepAction.CHOOSE, Map.of(), null, false), post("choose=on"));
    assertEquals(StepAction.CANCEL, post("cancel=on").action());
    assertEquals(new PostedForm(StepAction.SUBMIT, Map.of(), null, false), post("continue=on"));
    assertEquals(new PostedForm(StepAction.POLL, Map.of(), null, false), post("check=on"));
  }

  @Test
  @DisplayName("R26: only the button to go on submits without a code")
  void goesOn() {
    assertTrue(post("continue=on").goesOn());
    for (PostedForm posted : List.of(post("code=123456"), post("code= "), post("choose=on"), post())) {
      assertFalse(posted.goesOn());
    }
  }

  @Test
  @DisplayName("nothing known, two things at once, or a path that is none: show where it stands")
  void nothing() {
    for (PostedForm posted :
        List.of(
            post(),
            post("retry=on"),
            post("code=123456", "cancel=on"),
            post("path=a", "code=123456"),
            post("path=a", "path=b"),
            post("continue=on", "code=123456"),
            post("check=on", "code=123456"),
            post("path=<b>"),
            post("path="))) {
      assertEquals(PostedForm.NOTHING, posted);
    }
  }

  @Test
  @DisplayName("I11: a form does not print its code")
  void silent() {
    assertFalse(post("code=123456").toString().contains("123456"));
    StepRequest request = new StepRequest("operation", StepAction.SUBMIT, Map.of(), post("code=123456").input());
    assertFalse(request.toString().contains("123456"));
  }
}
