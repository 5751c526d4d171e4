package io.natsproxy.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.benchmarks.load.Target;

/**
 * Asks until there is an answer.
 */
final class ReadinessProbe {

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Duration ONE_ATTEMPT = Duration.ofSeconds(2);

	private static final long PAUSE_MILLIS = 100;

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(ONE_ATTEMPT)
		.build();

	/**
	 * Waits until a port accepts connections.
	 * @param host the address
	 * @param port the port
	 * @param process whose port it is
	 * @throws ChainFailedException if the process ends, or takes too long
	 */
	void awaitPort(String host, int port, ChildProcess process) {
		await(process.name(), () -> accepts(host, port), process::requireAlive, process::tail);
	}

	/**
	 * Waits until a chain answers its smallest request.
	 * @param chain the chain
	 * @param processes all processes
	 * @throws ChainFailedException if a process ends, or it takes too long
	 */
	void awaitAnswer(Chain chain, ProcessGroup processes) {
		Target target = chain.target();
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://" + target.host() + ":" + target.port() + "/tiny"))
			.timeout(ONE_ATTEMPT)
			.build();
		await(chain.name() + " (GET " + request.uri() + ")", () -> answers(request), processes::requireAlive,
				() -> chain.processes()
					.values()
					.stream()
					.map((process) -> "\n" + process.name() + process.tail())
					.reduce("", String::concat));
	}

	private static void await(String name, Attempt attempt, Runnable check, Tail tail) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		try {
			while (!attempt.succeeds()) {
				check.run();
				if (System.nanoTime() > end) {
					throw new ChainFailedException(
							name + " does not answer within " + PATIENCE.toSeconds() + " s" + tail.text());
				}
				TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ChainFailedException("Interrupted");
		}
	}

	private static boolean accepts(String host, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(host, port), (int) ONE_ATTEMPT.toMillis());
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private boolean answers(HttpRequest request) throws InterruptedException {
		try {
			return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private interface Attempt {

		boolean succeeds() throws InterruptedException;

	}

	private interface Tail {

		String text();

	}

}
