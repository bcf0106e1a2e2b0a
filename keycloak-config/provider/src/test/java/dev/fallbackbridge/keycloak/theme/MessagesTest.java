package dev.fallbackbridge.keycloak.theme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.step.DenialReason;
import dev.fallbackbridge.keycloak.step.WaitStage;
import dev.fallbackbridge.keycloak.watch.FailureClass;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Every text that can be shown exists in every language")
class MessagesTest {

  private static final String FOLDER = "/theme-resources/messages/messages_";
  private static final Path TEMPLATES = Path.of("src/main/resources/theme-resources/templates");
  private static final Set<String> PUT_TOGETHER =
      Set.of(
          "fallbackBridgeWhy",
          "fallbackBridgeWay",
          "fallbackBridgeCodeHint",
          "fallbackBridgeWaitIntro",
          "fallbackBridgeWaitAsked");
  private static final Pattern MESSAGE = Pattern.compile("msg\\(\"(fallbackBridge[A-Za-z]*)\"");

  private static Properties messages(String language) throws IOException {
    Properties messages = new Properties();
    try (Reader reader =
        new InputStreamReader(
            MessagesTest.class.getResourceAsStream(FOLDER + language + ".properties"), StandardCharsets.UTF_8)) {
      messages.load(reader);
    }
    return messages;
  }

  @Test
  @DisplayName("German has the keys of English, no more and no fewer")
  void sameKeys() throws IOException {
    assertEquals(
        new TreeSet<>(messages("en").stringPropertyNames()), new TreeSet<>(messages("de").stringPropertyNames()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  @DisplayName("reasons, failure classes, checks and the templates' own texts are all there and never empty")
  void complete(String language) throws IOException {
    Properties messages = messages(language);
    Set<String> needed =
        Stream.of(
                Stream.of(DenialReason.values()).map(reason -> "fallbackBridgeDenied." + reason.code()),
                Stream.of(FailureClass.values()).map(each -> "fallbackBridgeWhy." + each.wireName()),
                Stream.of("bridge-totp", "keycloak-otp", "completed-passkey", "other")
                    .map(check -> "fallbackBridgeWay." + check),
                Stream.of(WaitStage.values()).map(stage -> "fallbackBridgeWaitIntro." + stage.code()),
                Stream.of(WaitStage.values()).map(stage -> "fallbackBridgeWaitAsked." + stage.code()),
                Stream.of("bridge-totp", "keycloak-otp").map(check -> "fallbackBridgeCodeHint." + check),
                Stream.of(
                    "fallbackBridgeUnavailable",
                    "fallbackBridgeWaitUnavailable",
                    "fallbackBridgeBiometricOnly",
                    "fallbackBridgeWrongCode",
                    "fallbackBridgeCodeMissing",
                    "fallbackBridgeEnrolWrongCode",
                    "fallbackBridgeEnrolUnavailable",
                    "fallbackBridgeEnrolInFallback",
                    "fallbackBridgeCredentialName",
                    "fallbackBridgeCredentialHelp"),
                templateKeys())
            .flatMap(keys -> keys)
            .collect(Collectors.toSet());
    for (String key : needed) {
      assertFalse(messages.getProperty(key, "").isBlank(), key);
    }
    assertEquals(Set.of(), unused(messages, needed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  @DisplayName("B24: a refusal by risk reads as one by any rule, so that it teaches nobody to look harmless")
  void sameRefusal(String language) throws IOException {
    Properties messages = messages(language);
    assertEquals(
        1,
        Stream.of(DenialReason.RISK_TOO_HIGH, DenialReason.POLICY_DENIES, DenialReason.NO_RULE_MATCHES)
            .map(reason -> messages.getProperty("fallbackBridgeDenied." + reason.code()))
            .distinct()
            .count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  @DisplayName("every text is a well-formed pattern, without apostrophes that would swallow what follows")
  void wellFormed(String language) throws IOException {
    Properties messages = messages(language);
    for (String key : messages.stringPropertyNames()) {
      String text = messages.getProperty(key);
      assertFalse(text.contains("'"), key);
      new MessageFormat(text, Locale.forLanguageTag(language)).format(new Object[] {2});
    }
    MessageFormat attempts = new MessageFormat(messages.getProperty("fallbackBridgeAttemptsLeft"), Locale.ENGLISH);
    assertEquals(
        3,
        Stream.of(0, 1, 4).map(left -> attempts.format(new Object[] {left})).distinct().count());
    assertTrue(attempts.format(new Object[] {4}).contains("4"));
  }

  private static Set<String> unused(Properties messages, Set<String> needed) {
    Set<String> unused = new TreeSet<>(messages.stringPropertyNames());
    unused.removeAll(needed);
    return unused;
  }

  private static Stream<String> templateKeys() throws IOException {
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      List<String> keys =
          files
              .flatMap(
                  file -> {
                    Matcher found = MESSAGE.matcher(read(file));
                    return found.results().map(each -> each.group(1)).toList().stream();
                  })
              .toList();
      // Keys put together of two parts are listed by their parts above.
      return keys.stream().filter(key -> !PUT_TOGETHER.contains(key));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
