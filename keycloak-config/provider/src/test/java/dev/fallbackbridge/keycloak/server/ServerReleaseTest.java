package dev.fallbackbridge.keycloak.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The provider works on Keycloak 26.7.5 and newer only")
class ServerReleaseTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "26.7.5", " 26.7.5 ", "26.7.6", "26.7.10", "26.8.0", "27.0.0", "100.0.0", "26.7.5.Final",
        "26.7.5.redhat-00001", "27.0.0-SNAPSHOT"
      })
  @DisplayName("recent enough")
  void supported(String version) {
    assertTrue(ServerRelease.isSupported(version));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "", "26.7.4", "26.7.3", "26.6.99", "25.99.99", "9.0.0", "26.7", "26", "26.7.x", "v26.7.5",
        "26.7.5-SNAPSHOT", "26.7.5-rc1", "-26.7.5", "26.7.55555", "٢٦.٧.٥", "latest", "26.7.5\n27.0.0"
      })
  @DisplayName("too old, or not to be read")
  void unsupported(String version) {
    assertFalse(ServerRelease.isSupported(version));
  }

  @Test
  @DisplayName("the jar knows its own version")
  void ownVersion() {
    assertEquals(System.getProperty("project.version"), ProviderRelease.VERSION);
  }
}
