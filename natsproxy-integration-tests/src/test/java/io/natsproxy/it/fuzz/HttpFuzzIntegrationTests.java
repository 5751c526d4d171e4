package io.natsproxy.it.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.it.gateway.RawHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends odd and broken HTTP requests. Responses are well-formed and belong to their
 * requests, and nothing is handled that was not sent whole.
 */
class HttpFuzzIntegrationTests {

	private static final int CASES = 1500;

	private static final int CONNECTIONS = 8;

	/**
	 * For how long nothing may come before it is taken that the gateway waits for more.
	 */
	private static final int SILENCE_MILLIS = 150;

	private static final Set<Integer> EXPECTED_5XX = Set.of(501, 503, 505);

	private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( [^\\r\\n]*)?\\r\\n");

	private static final Pattern MARKER = Pattern.compile("marker=(m\\d+-\\w+)");

	private static FuzzChain chain;

	@BeforeAll
	static void start() {
		chain = new FuzzChain();
	}

	@AfterAll
	static void stop() {
		chain.close();
	}

	@Test
	void everyResponseBelongsToItsRequestAndNothingBrokenIsHandled() throws Exception {
		ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < FuzzChain.cases(CASES); i++) {
				HttpCase fuzz = new HttpCase(FuzzChain.SEED + i);
				running.add(clients.submit(() -> {
					run(fuzz);
					return null;
				}));
			}
			for (Future<?> each : running) {
				each.get(120, TimeUnit.SECONDS);
			}
		}
		finally {
			clients.shutdownNow();
		}
		assertThat(RawHttpClient.get(chain.port(), "/fuzz/after", "X-Marker: after").text()).isEqualTo("marker=after");
		chain.assertUnharmed();
	}

	private static void run(HttpCase fuzz) throws IOException {
		String received = exchange(fuzz);
		List<String> markers = new ArrayList<>();
		int position = 0;
		while (position < received.length()) {
			Matcher status = STATUS.matcher(received).region(position, received.length());
			assertThat(status.lookingAt()).as("a response at %d of %s%n%s", position, received, fuzz).isTrue();
			int code = Integer.parseInt(status.group(1));
			assertThat(code < 500 || EXPECTED_5XX.contains(code)).as("status %d%n%s", code, fuzz).isTrue();
			int next = received.indexOf("\r\nHTTP/1.1 ", position);
			int nextStart = nextResponse(received, status.end());
			Matcher marker = MARKER.matcher(received.substring(position, nextStart));
			if (marker.find()) {
				markers.add(marker.group(1));
			}
			position = Math.max(nextStart, Math.min(next, nextStart));
		}
		assertThat(markers).as("%s%n%s", received, fuzz)
			.doesNotHaveDuplicates()
			.isSorted()
			.allMatch((marker) -> marker.startsWith("m" + fuzz.seed() + "-"));
		if (fuzz.isWellFormed()) {
			assertThat(markers).as("%s%n%s", received, fuzz).containsExactly(fuzz.lastMarker());
			assertThat(chain.service().body(fuzz.lastMarker())).as("%s", fuzz).isEqualTo(fuzz.lastBody());
		}
		fuzz.truncated()
			.forEach((marker) -> assertThat(chain.service().body(marker)).as("handled %s%n%s", marker, fuzz).isNull());
	}

	/**
	 * Returns where the next response begins, which is where a status line is.
	 */
	private static int nextResponse(String received, int from) {
		Matcher next = STATUS.matcher(received);
		return next.find(from) ? next.start() : received.length();
	}

	/**
	 * Sends everything, and reads until the connection ends, or nothing more comes.
	 */
	private static String exchange(HttpCase fuzz) throws IOException {
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		try (Socket socket = new Socket("127.0.0.1", chain.port())) {
			socket.setSoTimeout(SILENCE_MILLIS);
			byte[] buffer = new byte[16 * 1024];
			try {
				socket.getOutputStream().write(fuzz.bytes());
				boolean waiting = fuzz.isWellFormed();
				int read = 0;
				while (read >= 0) {
					try {
						read = socket.getInputStream().read(buffer);
						received.write(buffer, 0, Math.max(0, read));
						waiting = waiting && !received.toString(StandardCharsets.ISO_8859_1).contains("marker=");
					}
					catch (SocketTimeoutException ex) {
						if (!waiting) {
							read = -1;
						}
					}
				}
			}
			catch (SocketException ex) {
				// The gateway has closed the connection.
			}
		}
		return received.toString(StandardCharsets.ISO_8859_1);
	}

}
