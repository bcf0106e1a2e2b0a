package dev.fallbackbridge.keycloak.step;

import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.OTPCredentialProvider;
import org.keycloak.credential.OTPCredentialProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserCredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.OTPCredentialModel;

/**
 * Keycloak's own one-time code of a user. The secret and the memory of used codes stay with Keycloak, so that there is
 * one verifier for each secret; the bridge hears nothing but passed or failed.
 */
final class LocalOtp {

  /** The check as the protocol names it. */
  static final String CHECK = "keycloak-otp";

  private LocalOtp() {}

  /** Whether the user has such a credential. */
  static boolean isSetUp(UserModel user) {
    return user.credentialManager().isConfiguredFor(OTPCredentialModel.TYPE);
  }

  /** When the user's default credential was set up, in epoch milliseconds; null where Keycloak does not know. */
  static Long createdDate(KeycloakSession session, RealmModel realm, UserModel user) {
    OTPCredentialModel credential = providerOf(session).getDefaultCredential(session, realm, user);
    return credential == null ? null : credential.getCreatedDate();
  }

  /** Whether the code is right for the user's default credential; uses the code up when it is. */
  static boolean passes(KeycloakSession session, RealmModel realm, UserModel user, String code) {
    OTPCredentialProvider provider = providerOf(session);
    OTPCredentialModel credential = provider.getDefaultCredential(session, realm, user);
    return credential != null
        && code != null
        && user.credentialManager().isValid(new UserCredentialModel(credential.getId(), provider.getType(), code));
  }

  private static OTPCredentialProvider providerOf(KeycloakSession session) {
    return (OTPCredentialProvider)
        session.getProvider(CredentialProvider.class, OTPCredentialProviderFactory.PROVIDER_ID);
  }
}
