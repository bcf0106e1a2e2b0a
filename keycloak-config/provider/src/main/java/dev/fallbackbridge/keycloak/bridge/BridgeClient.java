package dev.fallbackbridge.keycloak.bridge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Carries signed requests to the bridge within hard limits: connection in 0.5 s, the whole exchange with everything in
 * it in 2 s, 64 KiB of answer, so many calls at a time and no more.
 *
 * <p>The calling thread is one of a login; the limits are what keeps a dead bridge from being noticed by other logins.
 * One instance per factory, so that connections are kept; {@link #close} ends it.
 */
public final class BridgeClient implements AutoCloseable {

  static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
  static final Duration DEADLINE = Duration.ofSeconds(2);
  static final int MAX_ANSWER_BYTES = 64 * 1024;

  /** More than one server has realms with bridges of their own; whoever stays away longest makes room. */
  static final int MAX_GATES = 256;

  private final HttpClient http;
  private final LongSupplier nanoClock;
  private final Map<GateKey, Gate> gates = Collections.synchronizedMap(new Gates());

  private record GateKey(URI endpoint, int maxParallelCalls, int breakerFailures, int breakerOpenSeconds) {}

  private record Gate(Semaphore places, CircuitBreaker breaker) {}

  /** Settings of former days must not keep new ones out: the least recently used go first. */
  private static final class Gates extends LinkedHashMap<GateKey, Gate> {

    private static final long serialVersionUID = 1L;

    Gates() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<GateKey, Gate> eldest) {
      return size() > MAX_GATES;
    }
  }

  /** What one attempt came to: the result, and what it means for the breaker and for a second attempt. */
  private record Attempt(CallResult result, boolean bridgeAtWork, boolean brokeBeforeAnswer) {

    static Attempt failed(UnavailableReason reason, boolean brokeBeforeAnswer) {
      return new Attempt(new CallResult.NotAnswered(reason), false, brokeBeforeAnswer);
    }

    static Attempt refused(UnavailableReason reason) {
      return new Attempt(new CallResult.NotAnswered(reason), true, false);
    }
  }

  /** @param nanoClock a monotonic clock */
  public BridgeClient(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  /**
   * Posts a request, and once more within the same deadline when the connection broke before an answer came.
   *
   * @param requests gives the request of the next attempt: the same operation, signed anew
   */
  public CallResult call(BridgeSettings settings, Supplier<String> requests) {
    Gate gate = gateOf(settings);
    if (!gate.places.tryAcquire()) {
      return new CallResult.NotAnswered(UnavailableReason.TOO_MANY_CALLS);
    }
    try {
      if (!gate.breaker.tryEnter()) {
        return new CallResult.NotAnswered(UnavailableReason.BREAKER_OPEN);
      }
      boolean bridgeAtWork = false;
      try {
        long deadline = nanoClock.getAsLong() + DEADLINE.toNanos();
        Attempt attempt = attempt(settings.endpoint(), requests.get(), deadline);
        if (attempt.brokeBeforeAnswer && nanoClock.getAsLong() < deadline) {
          attempt = attempt(settings.endpoint(), requests.get(), deadline);
        }
        bridgeAtWork = attempt.bridgeAtWork;
        return attempt.result;
      } finally {
        if (bridgeAtWork) {
          gate.breaker.succeeded();
        } else {
          gate.breaker.failed();
        }
      }
    } finally {
      gate.places.release();
    }
  }

  /** Gives up the connections where the Java version allows it; elsewhere they end when nothing refers to them. */
  @Override
  public void close() {
    if ((Object) http instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception unexpected) {
        throw new IllegalStateException("client does not close", unexpected);
      }
    }
  }

  /** Changed settings begin with a fresh gate. */
  private Gate gateOf(BridgeSettings settings) {
    GateKey key =
        new GateKey(
            settings.endpoint(),
            settings.maxParallelCalls(),
            settings.breakerFailures(),
            settings.breakerOpenSeconds());
    return gates.computeIfAbsent(
        key,
        fresh ->
            new Gate(
                new Semaphore(fresh.maxParallelCalls()),
                new CircuitBreaker(
                    fresh.breakerFailures(), TimeUnit.SECONDS.toNanos(fresh.breakerOpenSeconds()), nanoClock)));
  }

  private Attempt attempt(URI endpoint, String body, long deadline) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/jwt")
            .header("Accept", "application/jwt")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    CompletableFuture<HttpResponse<String>> exchange =
        http.sendAsync(request, head -> new CappedBody(MAX_ANSWER_BYTES));
    try {
      // The client's own time-out ends with the headers; this one covers a body that drips.
      return read(exchange.get(Math.max(0, deadline - nanoClock.getAsLong()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException late) {
      exchange.cancel(true);
      return Attempt.failed(UnavailableReason.TIMEOUT, false);
    } catch (InterruptedException stopped) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      return Attempt.failed(UnavailableReason.INTERRUPTED, false);
    } catch (ExecutionException failed) {
      return broken(failed.getCause());
    }
  }

  private static Attempt read(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      return response.statusCode() >= 500
          ? Attempt.failed(UnavailableReason.HTTP_STATUS, false)
          : Attempt.refused(UnavailableReason.HTTP_STATUS);
    }
    String mediaType = response.headers().firstValue("Content-Type").orElse("");
    if (!mediaType.split(";", 2)[0].trim().equalsIgnoreCase("application/jwt")) {
      return Attempt.refused(UnavailableReason.MEDIA_TYPE);
    }
    return new Attempt(new CallResult.Answered(response.body()), true, false);
  }

  private static Attempt broken(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CappedBody.TooLarge) {
        return Attempt.refused(UnavailableReason.TOO_LARGE);
      }
      if (each instanceof HttpTimeoutException) {
        return Attempt.failed(UnavailableReason.TIMEOUT, false);
      }
    }
    return Attempt.failed(UnavailableReason.CONNECTION, cause instanceof IOException);
  }
}
