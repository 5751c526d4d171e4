package io.natsproxy.it.interop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;

import io.natsproxy.it.gateway.Gateway;
import io.natsproxy.it.gateway.OwnEventLoops;
import io.natsproxy.test.TestBroker;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * A gateway of ours with all paths in the Go project's format, and an HTTP client.
 */
final class LegacyGateway implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final Gateway gateway;

	private LegacyGateway(Gateway gateway) {
		this.gateway = gateway;
	}

	static LegacyGateway start(TestBroker broker, String... properties) {
		return start(broker, Application.class, properties);
	}

	static LegacyGateway start(TestBroker broker, Class<?> application, String... properties) {
		return new LegacyGateway(Gateway.start(broker, application,
				Stream
					.concat(Stream.of("spring.autoconfigure.exclude=${tests.tracing}",
							"natsproxy.gateway.format=go-nats-proxy"), Stream.of(properties))
					.toArray(String[]::new)));
	}

	Gateway gateway() {
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

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OwnEventLoops.class)
	static class Application {

	}

}
