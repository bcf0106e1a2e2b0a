package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fallbackbridge.keycloak.login.Stub;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;

@DisplayName("The models of somebody's passkeys")
class AuthenticatorsClaimTest {

  private static final String MODEL = "08987058-cadc-4b81-b6e1-30de50dcbe96";

  private static CredentialModel passkey(String data) {
    CredentialModel credential = new CredentialModel();
    credential.setCredentialData(data);
    return credential;
  }

  private static CredentialModel ofModel(String aaguid) {
    return passkey("{\"aaguid\":\"" + aaguid + "\",\"credentialId\":\"c\",\"counter\":0}");
  }

  private static UserModel owning(String type, Stream<CredentialModel> passkeys) {
    SubjectCredentialManager manager =
        Stub.of(SubjectCredentialManager.class)
            .with(
                "getStoredCredentialsByTypeStream",
                arguments -> type.equals(arguments[0]) ? passkeys : Stream.<CredentialModel>empty())
            .make();
    return Stub.of(UserModel.class).with("credentialManager", manager).make();
  }

  @Test
  @DisplayName("R5 R54: are told once each, of the kind that failed alone")
  void told() {
    Stream<CredentialModel> passkeys = Stream.of(ofModel(MODEL), ofModel(MODEL.toUpperCase()));
    assertEquals(List.of(MODEL), AuthenticatorsClaim.of(owning("webauthn", passkeys), "webauthn"));
    assertEquals(
        List.of(),
        AuthenticatorsClaim.of(owning("webauthn", Stream.of(ofModel(MODEL))), "webauthn-passwordless"));
  }

  @Test
  @DisplayName("R5: what is not there or cannot be read is no model")
  void unreadable() {
    assertEquals(Optional.empty(), AuthenticatorsClaim.modelOf(passkey(null)));
    assertEquals(Optional.empty(), AuthenticatorsClaim.modelOf(passkey("{")));
    assertEquals(Optional.empty(), AuthenticatorsClaim.modelOf(passkey("{\"credentialId\":\"c\",\"counter\":0}")));
    assertEquals(Optional.empty(), AuthenticatorsClaim.modelOf(ofModel("a model")));
  }

  @Test
  @DisplayName("K12: of somebody with very many, twenty are told")
  void bounded() {
    Stream<CredentialModel> many =
        IntStream.range(0, 50).mapToObj(number -> ofModel("08987058-cadc-4b81-b6e1-%012d".formatted(number)));
    assertEquals(20, AuthenticatorsClaim.of(owning("webauthn", many), "webauthn").size());
  }
}
