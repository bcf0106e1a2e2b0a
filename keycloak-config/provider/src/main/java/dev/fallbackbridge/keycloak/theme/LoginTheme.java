package dev.fallbackbridge.keycloak.theme;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.theme.Theme;

/** What the login theme of a realm has of the fallback's pages and texts: a company's own may leave some out. */
public final class LoginTheme {

  static final List<String> TEMPLATES =
      List.of(
          "fallback-bridge-choose.ftl",
          "fallback-bridge-code.ftl",
          "fallback-bridge-continue.ftl",
          "fallback-bridge-enrol-message.ftl",
          "fallback-bridge-enrol.ftl",
          "fallback-bridge-message.ftl",
          "fallback-bridge-wait.ftl",
          "fallback-bridge-watch-failed.ftl");

  /** A whole sentence, which reads the same in no two languages. */
  private static final String SENTENCE = "fallbackBridgeWatchText";

  private final RealmModel realm;
  private final Theme theme;

  private LoginTheme(RealmModel realm, Theme theme) {
    this.realm = realm;
    this.theme = theme;
  }

  /** The theme in which this realm's logins are shown. */
  public static LoginTheme of(KeycloakSession session, RealmModel realm) {
    try {
      return new LoginTheme(realm, session.theme().getTheme(Theme.Type.LOGIN));
    } catch (IOException unreadable) {
      throw new IllegalStateException("the login theme cannot be read", unreadable);
    }
  }

  /** Pages that it does not have. */
  public List<String> templatesMissing() {
    return TEMPLATES.stream().filter(name -> !has(name)).toList();
  }

  /** Languages of the realm in which people would read English. */
  public List<String> languagesMissing() {
    if (!realm.isInternationalizationEnabled()) {
      return List.of();
    }
    String english = sentence(Locale.ENGLISH);
    return realm
        .getSupportedLocalesStream()
        .filter(tag -> !Locale.forLanguageTag(tag).getLanguage().equals("en"))
        .filter(tag -> Objects.equals(sentence(Locale.forLanguageTag(tag)), english))
        .sorted()
        .toList();
  }

  private boolean has(String template) {
    try {
      return theme.getTemplate(template) != null;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private String sentence(Locale locale) {
    try {
      Properties texts = theme.getEnhancedMessages(realm, locale);
      return texts.getProperty(SENTENCE);
    } catch (IOException unreadable) {
      return null;
    }
  }
}
