package dev.fallbackbridge.keycloak.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("B02: a note that cannot be read is no failure")
class RecordedFailureTest {

  @Test
  @DisplayName("what is written is read again, with hostile text in it")
  void roundTrip() {
    RecordedFailure failure =
        new RecordedFailure("u-1", "e-1", FailureClass.WRONG_USER, "\"},\"class\":\"other", 17, 2, "webauthn");
    assertEquals(Optional.of(failure), RecordedFailure.ofNote(failure.toNote()));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "null",
        "{\"user\":\"u\",\"class\":\"new\",\"count\":1}",
        "{\"user\":\"u\",\"class\":\"other\",\"count\":0}",
        "{\"user\":\"\",\"class\":\"other\",\"count\":1}"
      })
  @DisplayName("anything else is nothing")
  void odd(String note) {
    assertEquals(Optional.empty(), RecordedFailure.ofNote(note));
  }
}
