package dev.fallbackbridge.keycloak.theme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Pages work without script and escape everything")
class TemplatesTest {

  /** A file of this jar, with nothing between the tags; the release after it makes browsers fetch a changed one. */
  private static final Pattern SCRIPT =
      Pattern.compile("<script type=\"module\" src=\"\\$\\{url\\.resourcesPath}/js/[a-z-]+\\.js\\?[^\"]+\"></script>");

  private static List<Path> templates() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/theme-resources/templates"))) {
      return files.sorted().toList();
    }
  }

  @Test
  @DisplayName("B24 I11: nothing is put in unescaped, and no page has a script in it, a handler or a style of its own")
  void plain() throws IOException {
    assertEquals(
        LoginTheme.TEMPLATES, templates().stream().map(each -> each.getFileName().toString()).toList());
    for (Path template : templates()) {
      String text = Files.readString(template);
      for (String forbidden :
          List.of("?no_esc", "<style", "noautoesc", "javascript:", " onclick", " onsubmit", " style=")) {
        assertFalse(text.contains(forbidden), template + " has " + forbidden);
      }
      assertEquals(count(text, "<script"), SCRIPT.matcher(text).results().count(), template.toString());
    }
  }

  @Test
  @DisplayName("every form posts to Keycloak's own action, and every class of the theme has a default")
  void forms() throws IOException {
    for (Path template : templates()) {
      String text = Files.readString(template);
      String action = "action=\"${url.loginAction}\" method=\"post\"";
      assertEquals(count(text, "<form"), count(text, action), template.toString());
      assertEquals(count(text, "${properties."), count(text, "Class!}") + count(text, "Error!}"), template.toString());
    }
  }

  @Test
  @DisplayName("a code field is one input that a phone, a password manager and a screen reader understand")
  void codeField() throws IOException {
    for (Path template : templates()) {
      String text = Files.readString(template);
      if (!text.contains("name=\"code\"")) {
        continue;
      }
      assertEquals(1, count(text, "<input"), template.toString());
      for (String needed :
          List.of(
              "autocomplete=\"one-time-code\"",
              "inputmode=\"numeric\"",
              "<label for=\"code\"",
              "aria-describedby=\"",
              "aria-invalid=\"true\"",
              "id=\"input-error-code\"")) {
        assertTrue(text.contains(needed), template + " lacks " + needed);
      }
      assertFalse(text.contains("maxlength"), template + " would cut what is pasted");
    }
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
