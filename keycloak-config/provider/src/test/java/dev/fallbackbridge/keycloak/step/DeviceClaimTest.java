package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is told of the browser")
class DeviceClaimTest {

  @Test
  @DisplayName("known, with the time, or new")
  void told() {
    assertEquals(
        Optional.of(Map.of("state", "known", "since", 5L)), DeviceClaim.of(() -> OptionalLong.of(5)));
    assertEquals(Optional.of(Map.of("state", "new")), DeviceClaim.of(OptionalLong::empty));
  }

  @Test
  @DisplayName("I5: where looking fails nothing is told, and the login goes on")
  void silent() {
    assertEquals(
        Optional.empty(),
        DeviceClaim.of(
            () -> {
              throw new IllegalStateException("no keys");
            }));
    assertEquals(
        Optional.empty(),
        DeviceClaim.of(
            () -> {
              throw new NoSuchMethodError("another server");
            }));
  }
}
