package dev.fallbackbridge.keycloak.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("K10: whatever the bridge does, a call ends in time with a value")
class BridgeClientTest {

  /** Well above the deadline of two seconds: what is asserted is that there is one, not how exact it is. */
  private static final Duration BEFORE_LONG = Duration.ofSeconds(20);

  private final BridgeClient client = new BridgeClient(System::nanoTime);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> received = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() throws Exception {
    client.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  @DisplayName("a proper answer comes through, with a media type in any spelling")
  void answered() throws IOException {
    int port = http(exchange -> reply(exchange, 200, "Application/JWT; charset=utf-8", "the-answer"));
    assertEquals(new CallResult.Answered("the-answer"), call(port));
    assertEquals(List.of("request-1"), received);
  }

  @Test
  @DisplayName("a second request uses the connection of the first")
  void keepsAlive() throws IOException {
    Set<Integer> ports = Collections.synchronizedSet(new java.util.HashSet<>());
    int port =
        http(
            exchange -> {
              ports.add(exchange.getRemoteAddress().getPort());
              reply(exchange, 200, "application/jwt", "a");
            });
    call(port);
    call(port);
    assertEquals(1, ports.size());
  }

  @Test
  @DisplayName("a peer that accepts and says nothing ends at the deadline, and is not asked twice")
  void hangs() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    int port =
        raw(
            socket -> {
              readRequest(socket);
              await(never);
            });
    assertUnavailable(UnavailableReason.TIMEOUT, () -> call(port));
    assertEquals(1, received.size());
  }

  @Test
  @DisplayName("a body that drips byte by byte ends at the deadline")
  void drips() throws IOException {
    int port =
        raw(
            socket -> {
              readRequest(socket);
              OutputStream out = socket.getOutputStream();
              out.write(head("200 OK", "application/jwt", 1000));
              while (!socket.isClosed()) {
                out.write('a');
                out.flush();
                pause();
              }
            });
    assertUnavailable(UnavailableReason.TIMEOUT, () -> call(port));
    assertEquals(1, received.size());
  }

  @Test
  @DisplayName("headers that drip end at the deadline")
  void dripsHeaders() throws IOException {
    int port =
        raw(
            socket -> {
              readRequest(socket);
              OutputStream out = socket.getOutputStream();
              out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
              for (int line = 0; !socket.isClosed(); line++) {
                out.write(("X-" + line + ": 1\r\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
                pause();
              }
            });
    assertUnavailable(UnavailableReason.TIMEOUT, () -> call(port));
  }

  @Test
  @DisplayName("K15: a connection that breaks before the answer is tried once more, with a request signed anew")
  void breaksOnce() throws IOException {
    int port =
        raw(
            socket -> {
              readRequest(socket);
              if (received.size() > 1) {
                OutputStream out = socket.getOutputStream();
                out.write(head("200 OK", "application/jwt", 10));
                out.write("the-answer".getBytes(StandardCharsets.US_ASCII));
                out.flush();
              }
            });
    assertEquals(new CallResult.Answered("the-answer"), call(port));
    assertEquals(List.of("request-1", "request-2"), received);
  }

  @Test
  @DisplayName("a connection that is reset every time is tried twice and no more")
  void resets() throws IOException {
    int port =
        raw(
            socket -> {
              readRequest(socket);
              socket.setSoLinger(true, 0);
            });
    assertUnavailable(UnavailableReason.CONNECTION, () -> call(port));
    assertEquals(2, received.size());
  }

  @Test
  @DisplayName("a body that ends too early is a broken connection")
  void truncated() throws IOException {
    int port =
        raw(
            socket -> {
              readRequest(socket);
              socket.getOutputStream().write(head("200 OK", "application/jwt", 100));
              socket.getOutputStream().write('a');
            });
    assertUnavailable(UnavailableReason.CONNECTION, () -> call(port));
  }

  @Test
  @DisplayName("nobody at the address")
  void refused() throws IOException {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    assertUnavailable(UnavailableReason.CONNECTION, () -> call(port));
  }

  @Test
  @DisplayName("no redirect is followed, and no status but 200 is read")
  void otherStatus() throws IOException {
    for (int status : new int[] {201, 204, 302, 307, 400, 401, 413, 500, 503}) {
      int port =
          http(
              exchange -> {
                exchange.getResponseHeaders().add("Location", "http://127.0.0.1:9/");
                reply(exchange, status, "application/jwt", status == 204 ? "" : "a");
              });
      assertUnavailable(UnavailableReason.HTTP_STATUS, () -> call(port));
    }
  }

  @Test
  @DisplayName("a 200 with HTML, or without a media type, is no answer")
  void otherMediaType() throws IOException {
    int html = http(exchange -> reply(exchange, 200, "text/html", "<html>"));
    assertUnavailable(UnavailableReason.MEDIA_TYPE, () -> call(html));
    int nothing = http(exchange -> reply(exchange, 200, null, ""));
    assertUnavailable(UnavailableReason.MEDIA_TYPE, () -> call(nothing));
    int similar = http(exchange -> reply(exchange, 200, "application/jwt+json", "a"));
    assertUnavailable(UnavailableReason.MEDIA_TYPE, () -> call(similar));
  }

  @Test
  @DisplayName("an empty 200 of the right type goes on to the verifier, which refuses it")
  void empty() throws IOException {
    int port = http(exchange -> reply(exchange, 200, "application/jwt", ""));
    assertEquals(new CallResult.Answered(""), call(port));
  }

  @Test
  @DisplayName("64 KiB are read, one byte more is not")
  void tooLarge() throws IOException {
    int most = http(exchange -> reply(exchange, 200, "application/jwt", "a".repeat(64 * 1024)));
    assertTrue(call(most) instanceof CallResult.Answered);
    int more = http(exchange -> reply(exchange, 200, "application/jwt", "a".repeat(64 * 1024 + 1)));
    assertUnavailable(UnavailableReason.TOO_LARGE, () -> call(more));
  }

  @Test
  @DisplayName("repeated failures stop the calls; refusals by a bridge at work do not")
  void breaker() throws IOException {
    int refusing = http(exchange -> reply(exchange, 401, "application/problem+json", "{}"));
    int failing = http(exchange -> reply(exchange, 503, "application/problem+json", "{}"));
    for (int each = 0; each < 5; each++) {
      assertUnavailable(UnavailableReason.HTTP_STATUS, () -> call(refusing));
      assertUnavailable(UnavailableReason.HTTP_STATUS, () -> call(failing));
    }
    assertUnavailable(UnavailableReason.HTTP_STATUS, () -> call(refusing));
    assertUnavailable(UnavailableReason.BREAKER_OPEN, () -> call(failing));
    assertEquals(11, received.size());
  }

  @Test
  @DisplayName("one call more than allowed is refused at once, and places become free again")
  void parallel() throws Exception {
    CountDownLatch bothIn = new CountDownLatch(2);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    int port =
        http(
            exchange -> {
              bothIn.countDown();
              await(mayAnswer);
              reply(exchange, 200, "application/jwt", "a");
            });
    BridgeSettings settings = settings(port, 2);
    List<CompletableFuture<CallResult>> under =
        IntStream.range(0, 2)
            .mapToObj(each -> CompletableFuture.supplyAsync(() -> client.call(settings, requests()), threads()))
            .toList();
    bothIn.await();
    assertUnavailable(UnavailableReason.TOO_MANY_CALLS, () -> client.call(settings, requests()));
    mayAnswer.countDown();
    for (CompletableFuture<CallResult> each : under) {
      assertEquals(new CallResult.Answered("a"), each.get());
    }
    assertEquals(new CallResult.Answered("a"), client.call(settings, requests()));
  }

  @Test
  @DisplayName("however many settings were used before, new ones work, and those in use keep their breaker")
  void manySettings() throws IOException {
    int port = http(exchange -> reply(exchange, 200, "application/jwt", "a"));
    int failing = http(exchange -> reply(exchange, 503, "application/problem+json", "{}"));
    for (int each = 0; each < 5; each++) {
      assertUnavailable(UnavailableReason.HTTP_STATUS, () -> call(failing));
    }
    for (int each = 1; each <= BridgeClient.MAX_GATES + 1; each++) {
      assertEquals(new CallResult.Answered("a"), client.call(settings(port, each), requests()));
      assertUnavailable(UnavailableReason.BREAKER_OPEN, () -> call(failing));
    }
  }

  private CallResult call(int port) {
    return client.call(settings(port, 8), requests());
  }

  private static Supplier<String> requests() {
    int[] count = new int[1];
    return () -> "request-" + ++count[0];
  }

  private static BridgeSettings settings(int port, int parallel) {
    return new BridgeSettings(
        URI.create("http://127.0.0.1:" + port + "/v1/step"), "fallback-bridge", Set.of("x"), parallel, 5, 3600);
  }

  private static void assertUnavailable(UnavailableReason reason, Supplier<CallResult> call) {
    assertEquals(new CallResult.NotAnswered(reason), assertTimeoutPreemptively(BEFORE_LONG, call::get));
  }

  @FunctionalInterface
  private interface Peer {
    void serve(Socket socket) throws IOException;
  }

  @FunctionalInterface
  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private int http(Handler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads());
    server.createContext(
        "/",
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          handler.handle(exchange);
        });
    server.start();
    open.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  private static void reply(HttpExchange exchange, int status, String mediaType, String body) throws IOException {
    if (mediaType != null) {
      exchange.getResponseHeaders().add("Content-Type", mediaType);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** A peer below HTTP, whose connection is closed when it has served. */
  private int raw(Peer peer) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(server);
    ExecutorService threads = threads();
    threads.submit(
        () -> {
          while (!server.isClosed()) {
            Socket socket = server.accept();
            open.add(socket);
            threads.submit(
                () -> {
                  peer.serve(socket);
                  socket.close();
                  return null;
                });
          }
          return null;
        });
    return server.getLocalPort();
  }

  private ExecutorService threads() {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work);
              thread.setDaemon(true);
              return thread;
            });
    open.add(threads::shutdownNow);
    return threads;
  }

  private void readRequest(Socket socket) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    int length = 0;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).trim());
      }
    }
    char[] body = new char[length];
    for (int at = 0; at < length; ) {
      at += in.read(body, at, length - at);
    }
    received.add(new String(body));
  }

  private static byte[] head(String status, String mediaType, int length) {
    return ("HTTP/1.1 " + status + "\r\nContent-Type: " + mediaType + "\r\nContent-Length: " + length + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}
