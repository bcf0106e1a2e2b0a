package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.representations.account.DeviceRepresentation;

@DisplayName("What Keycloak reads in the user agent")
class AgentClaimTest {

  private static DeviceRepresentation device(String name, String browser, String system, String version) {
    DeviceRepresentation device = new DeviceRepresentation();
    device.setDevice(name);
    device.setBrowser(browser);
    device.setOs(system);
    device.setOsVersion(version);
    return device;
  }

  @Test
  @DisplayName("R5: is told as it is read, each part where there is one")
  void told() {
    assertEquals(
        Optional.of(
            Map.of("device", "Pixel 7", "browser", "Chrome/141.0", "system", "Android", "systemVersion", "14")),
        AgentClaim.of(() -> device("Pixel 7", "Chrome/141.0", "Android", "14")));
    assertEquals(
        Optional.of(Map.of("browser", "Firefox/140")), AgentClaim.of(() -> device(null, "Firefox/140", " ", null)));
  }

  @Test
  @DisplayName("N08 K12: is tamed and cut")
  void tamed() {
    assertEquals(
        Optional.of(Map.of("device", "ab", "browser", "x".repeat(100))),
        AgentClaim.of(() -> device("a\u202eb\n", "x".repeat(300), null, null)));
  }

  @Test
  @DisplayName("R5: where reading fails nothing is told, and the login goes on")
  void silent() {
    assertEquals(Optional.empty(), AgentClaim.of(() -> null));
    assertEquals(Optional.empty(), AgentClaim.of(() -> device(null, null, null, null)));
    assertEquals(
        Optional.empty(),
        AgentClaim.of(
            () -> {
              throw new NoSuchMethodError("another server");
            }));
  }
}
