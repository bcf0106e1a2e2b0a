package dev.fallbackbridge.keycloak.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.bridge.BridgeSettings.InvalidSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("I14: settings are read strictly; blank never means unlimited")
class BridgeSettingsTest {

  private static final String ONE = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
  private static final String TWO = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
  private static final String THREE = "MzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

  private static Map<String, String> config(String... pairs) {
    Map<String, String> config = new HashMap<>();
    config.put("bridgeUrl", "https://bridge.example:8443");
    config.put("bridgeKeyThumbprints", ONE);
    for (int at = 0; at < pairs.length; at += 2) {
      config.put(pairs[at], pairs[at + 1]);
    }
    return config;
  }

  @Test
  @DisplayName("address and thumbprint are enough, the rest has defaults")
  void defaults() throws InvalidSettings {
    BridgeSettings settings = BridgeSettings.of(config());
    assertEquals(
        new BridgeSettings(
            URI.create("https://bridge.example:8443/v1/step"), "fallback-bridge", Set.of(ONE), 32, 5, 10),
        settings);
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE + "##" + TWO, ONE + "," + TWO, " " + ONE + " , " + TWO + " ", ONE + "\n" + TWO})
  @DisplayName("two thumbprints may be written in any of the usual ways")
  void twoThumbprints(String written) throws InvalidSettings {
    assertEquals(Set.of(ONE, TWO), BridgeSettings.of(config("bridgeKeyThumbprints", written)).thumbprints());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "short", ONE + "A", ONE + "," + TWO + "," + THREE, "**********"})
  @DisplayName("no thumbprint, a third one and anything else are errors")
  void badThumbprints(String written) {
    refuse("bridgeKeyThumbprints", written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bridge",
        "//bridge",
        "ftp://bridge",
        "https://",
        "https://user@bridge",
        "https://bridge?x=1",
        "https://bridge#x",
        "http://bridge.example",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "https://bri dge",
        "javascript:alert(1)"
      })
  @DisplayName("an address that is not plainly the bridge's is an error")
  void badAddress(String written) {
    refuse("bridgeUrl", written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:4180", "http://127.0.0.1:4180/", "http://[::1]:4180"})
  @DisplayName("plain http is for this machine")
  void loopback(String written) throws InvalidSettings {
    assertTrue(BridgeSettings.of(config("bridgeUrl", written)).endpoint().toString().endsWith(":4180/v1/step"));
  }

  @Test
  @DisplayName("plain http to another host has to be allowed in so many words")
  void plainHttpAllowed() throws InvalidSettings {
    Map<String, String> config = config("bridgeUrl", "http://bridge:4180/base/", "allowPlainHttp", "true");
    assertEquals(URI.create("http://bridge:4180/base/v1/step"), BridgeSettings.of(config).endpoint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "x", "1.5", "99999999999", "+", "1e3"})
  @DisplayName("limits are numbers within bounds")
  void badNumbers(String written) {
    refuse("maxParallelCalls", written);
    refuse("breakerFailures", written);
    refuse("breakerOpenSeconds", written.equals("1001") ? "3601" : written);
  }

  @Test
  @DisplayName("no settings at all are an error, and no message repeats a value")
  void none() {
    assertThrows(InvalidSettings.class, () -> BridgeSettings.of(null));
    assertThrows(InvalidSettings.class, () -> BridgeSettings.of(Map.of()));
    InvalidSettings error =
        assertThrows(InvalidSettings.class, () -> BridgeSettings.of(config("bridgeUrl", "http://hidden.example")));
    assertTrue(error.getMessage().contains("bridgeUrl") && !error.getMessage().contains("hidden"));
  }

  private static void refuse(String key, String value) {
    // A blank value is as good as none, and only these two keys have no default.
    assertThrows(InvalidSettings.class, () -> BridgeSettings.of(config(key, value)));
  }
}
