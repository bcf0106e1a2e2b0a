package dev.fallbackbridge.keycloak.bridge;

import java.util.function.LongSupplier;

/**
 * Stops calls after a number of failures in a row, and lets exactly one through after a while to see whether it
 * recovered. Safe for use by many threads; never blocks.
 */
public final class CircuitBreaker {

  private final int failuresToOpen;
  private final long openNanos;
  private final LongSupplier nanoClock;

  private int failures;
  private boolean open;
  private boolean probing;
  private long openedAt;

  /**
   * @param failuresToOpen failures in a row that open it
   * @param openNanos how long it then lets nothing through
   * @param nanoClock a monotonic clock
   */
  public CircuitBreaker(int failuresToOpen, long openNanos, LongSupplier nanoClock) {
    this.failuresToOpen = failuresToOpen;
    this.openNanos = openNanos;
    this.nanoClock = nanoClock;
  }

  /** Whether a call may be made now. Every true must be followed by {@link #succeeded} or {@link #failed}. */
  public synchronized boolean tryEnter() {
    if (!open) {
      return true;
    }
    if (probing || nanoClock.getAsLong() - openedAt < openNanos) {
      return false;
    }
    probing = true;
    return true;
  }

  /** The call reached the bridge and the bridge is at work. */
  public synchronized void succeeded() {
    failures = 0;
    open = false;
    probing = false;
  }

  /** The call failed on its way, or the bridge could not do its work. */
  public synchronized void failed() {
    failures = Math.min(failures + 1, failuresToOpen);
    if (probing || failures >= failuresToOpen) {
      open = true;
      openedAt = nanoClock.getAsLong();
    }
    probing = false;
  }
}
