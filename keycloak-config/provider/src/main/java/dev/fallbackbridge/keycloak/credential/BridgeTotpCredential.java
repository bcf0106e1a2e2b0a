package dev.fallbackbridge.keycloak.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.credential.CredentialModel;

/**
 * What Keycloak stores of the bridge's TOTP: a handle, and nothing that could be used to compute a code.
 */
public final class BridgeTotpCredential extends CredentialModel {

  public static final String TYPE = "fallback-bridge-totp";

  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final transient String handle;

  private BridgeTotpCredential(String handle) {
    this.handle = handle;
  }

  /** A credential that stands for the bridge's factor of that handle. */
  public static BridgeTotpCredential create(String handle) {
    BridgeTotpCredential credential = new BridgeTotpCredential(handle);
    credential.setType(TYPE);
    credential.setCreatedDate(Time.currentTimeMillis());
    credential.setCredentialData(JSON.createObjectNode().put("handle", handle).toString());
    credential.setSecretData("{}");
    return credential;
  }

  /** The stored credential with its handle read; the handle is empty when the row is damaged. */
  public static BridgeTotpCredential of(CredentialModel stored) {
    BridgeTotpCredential credential = new BridgeTotpCredential(handleOf(stored).orElse(""));
    credential.setId(stored.getId());
    credential.setType(TYPE);
    credential.setUserLabel(stored.getUserLabel());
    credential.setCreatedDate(stored.getCreatedDate());
    credential.setCredentialData(stored.getCredentialData());
    credential.setSecretData(stored.getSecretData());
    return credential;
  }

  /** The bridge's name for the factor. */
  public String handle() {
    return handle;
  }

  private static Optional<String> handleOf(CredentialModel stored) {
    try {
      JsonNode data = JSON.readTree(stored.getCredentialData() == null ? "{}" : stored.getCredentialData());
      return Optional.ofNullable(data.path("handle").textValue());
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }
}
