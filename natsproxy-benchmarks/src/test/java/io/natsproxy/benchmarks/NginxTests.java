package io.natsproxy.benchmarks;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class NginxTests {

	private static final Address LISTEN = new Address("127.0.0.1", 8080);

	private static final Address SERVICE = new Address("198.18.0.2", 9090);

	@TempDir
	private Path logs;

	@Test
	void connectionsToTheServiceAreKeptAndUpgraded() {
		assertThat(Nginx.configuration(LISTEN, SERVICE, false)).contains("listen 127.0.0.1:8080 backlog=4096;",
				"server 198.18.0.2:9090 max_fails=0;", "keepalive 256;", "proxy_http_version 1.1;",
				"proxy_set_header Upgrade $http_upgrade;", "proxy_request_buffering off;",
				"proxy_max_temp_file_size 0;", "access_log off;", "worker_processes auto;", "daemon off;");
	}

	@Test
	void itsProcessesAreThoseOfTheUserWhoStartsIt() {
		assertThat(Nginx.configuration(LISTEN, SERVICE, true)).contains("user root root;");
		assertThat(Nginx.configuration(LISTEN, SERVICE, false)).doesNotContain("user ");
	}

	@Test
	void requestsGoThroughItWithTheirBodies() throws Exception {
		assumeTrue(Installation.program("nginx") != null, "there is no nginx");
		HttpServer service = HttpServer.create(new InetSocketAddress(Address.LOOPBACK, 0), 0);
		service.createContext("/echo", (exchange) -> {
			byte[] body = exchange.getRequestBody().readAllBytes();
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		service.start();
		Address listen = Address.free();
		try (ProcessGroup group = new ProcessGroup(this.logs)) {
			ChildProcess nginx = Nginx.start("nginx", listen,
					new Address(Address.LOOPBACK, service.getAddress().getPort()), group);
			new ReadinessProbe().awaitPort(listen.host(), listen.port(), nginx);
			HttpResponse<byte[]> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(listen.http() + "/echo"))
					.POST(HttpRequest.BodyPublishers.ofString("a".repeat(100_000)))
					.build(), HttpResponse.BodyHandlers.ofByteArray());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).asString(StandardCharsets.US_ASCII).hasSize(100_000);
		}
		finally {
			service.stop(0);
		}
	}

}
