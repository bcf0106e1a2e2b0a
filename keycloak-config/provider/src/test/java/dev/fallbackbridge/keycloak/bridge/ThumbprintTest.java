package dev.fallbackbridge.keycloak.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Keys are known by their RFC 7638 thumbprint")
class ThumbprintTest {

  private static final String X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  @Test
  @DisplayName("the key of RFC 8037, appendix A.2, has the thumbprint of appendix A.3")
  void publishedVector() {
    assertEquals("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", Thumbprint.ofEd25519(X));
  }

  @Test
  @DisplayName("the signature of RFC 8037, appendix A.4, verifies")
  void publishedSignature() throws Exception {
    Ed25519Key key =
        Ed25519Key.ofJwk(new ObjectMapper().readTree("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\"}"))
            .orElseThrow();
    byte[] signature =
        Base64.getUrlDecoder()
            .decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    String signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    assertTrue(key.signed(signed.getBytes(StandardCharsets.US_ASCII), signature));
  }
}
