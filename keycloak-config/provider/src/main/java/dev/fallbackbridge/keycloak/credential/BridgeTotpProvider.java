package dev.fallbackbridge.keycloak.credential;

import dev.fallbackbridge.keycloak.enrolment.EnrolmentActionFactory;
import dev.fallbackbridge.keycloak.session.SessionMarks;
import java.util.List;
import java.util.regex.Pattern;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.CredentialProvider;
import org.keycloak.credential.CredentialTypeMetadata;
import org.keycloak.credential.CredentialTypeMetadataContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Keeps {@link BridgeTotpCredential}s and lets the account console list, set up and remove them. Never validates: only
 * the bridge can.
 */
public final class BridgeTotpProvider implements CredentialProvider<BridgeTotpCredential> {

  /** The form of a handle in the protocol; a row that holds something else is damaged. */
  private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9_-]{8,64}");

  private static final int MAX_HANDLES = 5;

  private final KeycloakSession session;

  BridgeTotpProvider(KeycloakSession session) {
    this.session = session;
  }

  /** The factors this user has, without damaged rows; there is one unless something went wrong. */
  public static List<BridgeTotpCredential> factorsOf(UserModel user) {
    return user.credentialManager()
        .getStoredCredentialsByTypeStream(BridgeTotpCredential.TYPE)
        .map(BridgeTotpCredential::of)
        .filter(factor -> HANDLE.matcher(factor.handle()).matches())
        .limit(MAX_HANDLES)
        .toList();
  }

  @Override
  public String getType() {
    return BridgeTotpCredential.TYPE;
  }

  @Override
  public CredentialModel createCredential(RealmModel realm, UserModel user, BridgeTotpCredential credential) {
    return user.credentialManager().createStoredCredential(credential);
  }

  @Override
  public boolean deleteCredential(RealmModel realm, UserModel user, String credentialId) {
    return user.credentialManager().removeStoredCredentialById(credentialId);
  }

  @Override
  public BridgeTotpCredential getCredentialFromModel(CredentialModel model) {
    return BridgeTotpCredential.of(model);
  }

  @Override
  public CredentialTypeMetadata getCredentialTypeMetadata(CredentialTypeMetadataContext context) {
    return CredentialTypeMetadata.builder()
        .type(getType())
        .category(CredentialTypeMetadata.Category.TWO_FACTOR)
        .displayName("fallbackBridgeCredentialName")
        .helpText("fallbackBridgeCredentialHelp")
        .iconCssClass("kcAuthenticatorOTPClass")
        .createAction(EnrolmentActionFactory.PROVIDER_ID)
        // A fallback session must not take the factor away, neither here nor in the account API.
        .removeable(!SessionMarks.areOnCurrent(session))
        .build(session);
  }
}
