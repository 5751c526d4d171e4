package io.natsproxy.it.interop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;

/**
 * A gateway of ours with all paths in the Go project's format, and an HTTP client.
 */
final class GoFormatGateway implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final TestApplication gateway;

	private GoFormatGateway(TestApplication gateway) {
		this.gateway = gateway;
	}

	/**
	 * Starts a gateway.
	 * @param properties {@code name=value}
	 */
	static GoFormatGateway start(TestBroker broker, String... properties) {
		return start(TestApplication.gateway(broker).properties(properties));
	}

	/**
	 * Starts a gateway with components of its own.
	 */
	static GoFormatGateway start(TestApplication.Builder gateway) {
		return new GoFormatGateway(gateway
			.properties("spring.autoconfigure.exclude=${tests.tracing}", "natsproxy.gateway.format=go-nats-proxy")
			.start());
	}

	TestApplication gateway() {
		return this.gateway;
	}

	int port() {
		return this.gateway.port();
	}

	HttpResponse<String> get(String target, String... headers) {
		return send("GET", target, null, headers);
	}

	HttpResponse<String> send(String method, String target, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + target))
			.timeout(Duration.ofSeconds(20))
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	TestSocket socket(String target, String... headers) {
		return TestSocket.open(this.client, URI.create("ws://localhost:" + port() + target), headers);
	}

	@Override
	public void close() {
		this.gateway.close();
	}

}
