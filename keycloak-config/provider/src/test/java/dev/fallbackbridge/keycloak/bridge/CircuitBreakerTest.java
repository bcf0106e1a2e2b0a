package dev.fallbackbridge.keycloak.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("K10: repeated failures stop the calls, one probe at a time finds out whether they may go on")
class CircuitBreakerTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50);
  private final CircuitBreaker breaker = new CircuitBreaker(3, 100, now::get);

  private void fail(int times) {
    for (int each = 0; each < times; each++) {
      assertTrue(breaker.tryEnter());
      breaker.failed();
    }
  }

  @Test
  @DisplayName("it opens at the third failure in a row")
  void opens() {
    fail(2);
    assertTrue(breaker.tryEnter());
    breaker.failed();
    assertFalse(breaker.tryEnter());
  }

  @Test
  @DisplayName("a success in between starts the count anew")
  void counts() {
    fail(2);
    assertTrue(breaker.tryEnter());
    breaker.succeeded();
    fail(2);
    assertTrue(breaker.tryEnter());
  }

  @Test
  @DisplayName("after the pause exactly one call goes through, and its success closes it, across a clock that wraps")
  void recovers() {
    fail(3);
    now.addAndGet(99);
    assertFalse(breaker.tryEnter());
    now.addAndGet(1);
    assertTrue(breaker.tryEnter());
    assertFalse(breaker.tryEnter());
    breaker.succeeded();
    assertTrue(breaker.tryEnter());
    assertTrue(breaker.tryEnter());
  }

  @Test
  @DisplayName("a failing probe opens it for another full pause")
  void probeFails() {
    fail(3);
    now.addAndGet(100);
    assertTrue(breaker.tryEnter());
    breaker.failed();
    now.addAndGet(99);
    assertFalse(breaker.tryEnter());
    now.addAndGet(1);
    assertTrue(breaker.tryEnter());
  }

  @Test
  @DisplayName("calls under way when it opened do not prolong the pause once it closed again")
  void lateFailure() {
    assertTrue(breaker.tryEnter());
    fail(3);
    now.addAndGet(100);
    assertTrue(breaker.tryEnter());
    breaker.succeeded();
    breaker.failed();
    assertTrue(breaker.tryEnter());
  }
}
