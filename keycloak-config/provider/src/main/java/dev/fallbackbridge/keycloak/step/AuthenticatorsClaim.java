package dev.fallbackbridge.keycloak.step;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.dto.WebAuthnCredentialData;
import org.keycloak.util.JsonSerialization;

/** The models (AAGUIDs) of the passkeys that a user has of the kind that failed. */
final class AuthenticatorsClaim {

  private static final int MOST = 20;
  private static final Predicate<String> AAGUID = Pattern.compile("[0-9a-f-]{36}").asMatchPredicate();

  private AuthenticatorsClaim() {}

  /**
   * Each model once, at most twenty.
   *
   * @param credentialType Keycloak's type of the credential whose check failed
   */
  static List<String> of(UserModel user, String credentialType) {
    return user.credentialManager()
        .getStoredCredentialsByTypeStream(credentialType)
        .map(AuthenticatorsClaim::modelOf)
        .flatMap(Optional::stream)
        .distinct()
        .limit(MOST)
        .toList();
  }

  /** The model of a passkey; empty where it is not told, or what is kept of it cannot be read. */
  static Optional<String> modelOf(CredentialModel passkey) {
    try {
      String data = passkey.getCredentialData();
      return Optional.ofNullable(data == null ? null : JsonSerialization.readValue(data, WebAuthnCredentialData.class))
          .map(WebAuthnCredentialData::getAaguid)
          .map(aaguid -> aaguid.toLowerCase(Locale.ROOT))
          .filter(AAGUID);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
