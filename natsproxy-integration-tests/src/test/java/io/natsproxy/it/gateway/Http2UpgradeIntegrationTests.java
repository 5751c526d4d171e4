package io.natsproxy.it.gateway;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that would like to change to HTTP/2 on a connection without TLS, as that of the
 * JDK does with its first request.
 */
@Timeout(60)
class Http2UpgradeIntegrationTests {

	private static final String[] WISH = { "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
			"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA" };

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of("server.http2.enabled=true")
		.service("upgrades", ServiceRoutes.class, "spring.http.codecs.max-in-memory-size=8MB");

	private final Peer peer = chain.peer();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 5, 70_000, 3_000_000 })
	void bodyOfTheClientOfTheJdkArrives(int length) throws Exception {
		HttpClient client = client();
		HttpRequest request = HttpRequest.newBuilder(uri("/service/body"))
			.timeout(Duration.ofSeconds(20))
			.POST(BodyPublishers.ofByteArray(new byte[length]))
			.build();
		for (int i = 0; i < 2; i++) {
			HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).contains("\"length\":" + length);
		}
	}

	@Test
	void bodyOfUnknownLengthArrives() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("/service/body"))
			.POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[1000])))
			.build();
		assertThat(client().send(request, BodyHandlers.ofString()).body()).contains("\"length\":1000");
	}

	@Test
	void requestWithoutABodyChangesToHttp2() throws Exception {
		HttpResponse<String> response = client().send(HttpRequest.newBuilder(uri("/service/hello")).build(),
				BodyHandlers.ofString());
		assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
		assertThat(response.body()).isEqualTo("hello");
	}

	@Test
	void connectionGoesOnAsHttp11AfterAWishThatIsIgnored() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			Response first = client.send(post("/service/body", "hello", WISH)).read();
			assertThat(first.status()).isEqualTo(200);
			assertThat(first.text()).contains("\"length\":5");
			assertThat(first.header("Upgrade")).isEmpty();
			assertThat(client.send(RawHttpClient.request("GET", "/service/hello")).read().text()).isEqualTo("hello");
			assertThat(client.send(RawHttpClient.request("GET", "/service/hello", WISH)).read().status())
				.isEqualTo(101);
		}
	}

	@Test
	void wishBehindARequestThatIsNotAnsweredCutsNothingOff() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(RawHttpClient.request("GET", "/service/work/1")
					+ RawHttpClient.request("GET", "/service/work/2", WISH));
			assertThat(client.read().text()).isEqualTo("1");
			assertThat(client.read().text()).isEqualTo("2");
		}
	}

	@Test
	void wishBehindARequestThatIsNotAnsweredCutsNothingOffWithoutLimitsForClients() {
		try (TestApplication other = TestApplication.gateway(chain.broker())
			.properties("server.http2.enabled=true", "natsproxy.gateway.client.enabled=false")
			.start(); RawHttpClient client = new RawHttpClient(other.port())) {
			client
				.send(RawHttpClient.request("GET", "/service/work/1") + RawHttpClient.request("GET", "/service/work/2")
						+ RawHttpClient.request("GET", "/service/work/3", WISH));
			for (int i = 1; i <= 3; i++) {
				assertThat(client.read().text()).isEqualTo(String.valueOf(i));
			}
			assertThat(client.send(RawHttpClient.request("GET", "/service/hello", WISH)).read().status())
				.isEqualTo(101);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP2-Settings: AAM", "HTTP2-Settings: AAMAAABkA", "HTTP2-Settings: AAMAAABk=",
			"HTTP2-Settings: AAMAAAB=", "HTTP2-Settings: AAMAAAB+", "HTTP2-Settings: \u00e9AMAAABk", "HTTP2-Settings: ",
			"HTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk", "HTTP2-Settings: AAIAAAAC",
			"HTTP2-Settings: AAT_____", "HTTP2-Settings: AAUAAAAA", "X-Settings: AAMAAABk" })
	void wishWithSettingsThatCannotBeReadIsIgnored(String settings) {
		ListAppender<ILoggingEvent> log = listenTo(Http2ServerUpgradeCodec.class);
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			for (int i = 0; i < 3; i++) {
				Response response = client
					.send(RawHttpClient.request("GET", "/service/hello", WISH[0], WISH[1], settings))
					.read();
				assertThat(response.status()).isEqualTo(200);
				assertThat(response.text()).isEqualTo("hello");
			}
		}
		assertThat(log.list).isEmpty();
	}

	private static ListAppender<ILoggingEvent> listenTo(Class<?> type) {
		Logger logger = (Logger) LoggerFactory.getLogger(type);
		logger.setLevel(Level.INFO);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		return appender;
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /service/hello HTTP/1.1\r\n", "GET /service/hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n",
			"GET /service/hello HTTP/1.1\r\nHost: a/b@c\r\n", "GET /service/hello HTTP/1.1\r\nHost: [::1]x\r\n" })
	void wishGetsPastNoCheckOfTheHost(String head) {
		assertThat(RawHttpClient.exchange(chain.port(), head + String.join("\r\n", WISH) + "\r\n\r\n").status())
			.isEqualTo(400);
	}

	@Test
	void wishOfHttp10IsIgnored() {
		Response response = RawHttpClient.exchange(chain.port(),
				"GET /service/hello HTTP/1.0\r\nHost: a\r\n" + String.join("\r\n", WISH) + "\r\n\r\n");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLS/1.0", "h2c, websocket", "websocket", "IRC/6.9" })
	void bodyOfARequestWithAnotherWishArrives(String protocol) {
		this.peer.tap();
		Response response = RawHttpClient.exchange(chain.port(),
				post("/other", "hello", "Connection: Upgrade", "Upgrade: " + protocol));
		assertThat(response.text()).isEqualTo("tapped");
		assertThat(this.peer.next().getData()).asString().isEqualTo("hello");
	}

	@Test
	void wishIsIgnoredWithoutLimitsForClients() {
		try (TestApplication other = TestApplication.gateway(chain.broker())
			.properties("server.http2.enabled=true", "natsproxy.gateway.client.enabled=false")
			.start()) {
			assertThat(RawHttpClient.exchange(other.port(), post("/service/body", "hello", WISH)).text())
				.contains("\"length\":5");
		}
	}

	@Test
	void nothingOfTheConnectionReachesServices() throws Exception {
		this.peer.tap();
		HttpClient client = client();
		for (int i = 0; i < 2; i++) {
			client.send(HttpRequest.newBuilder(uri("/upgraded")).build(), BodyHandlers.discarding());
			assertNothingOfTheConnection(this.peer.next());
		}
		RawHttpClient.exchange(chain.port(), post("/ignored", "hello", WISH));
		assertNothingOfTheConnection(this.peer.next());
		try (RawHttp2Client prior = new RawHttp2Client(chain.port(), 65_535)) {
			prior.request(1, RawHttp2Client.END_STREAM, "GET", "/prior", "x-http2-stream-weight", "16", "x-http2-path",
					"/other");
			assertThat(prior.status()).isEqualTo(200);
		}
		assertNothingOfTheConnection(this.peer.next());
	}

	@Test
	void clientsDoNotMakeThemUpEither() {
		this.peer.tap();
		for (int port : new int[] { chain.port(), chain.sharedPort() }) {
			get(port, "/made/up", "X-HTTP2-Scheme: https", "x-http2-stream-id: 7", "X-Http2-Path: /admin",
					"X-Http2-Protocol: websocket", "X-Http2: kept", "X-Http21: kept");
			Message message = this.peer.next();
			assertNothingOfTheConnection(message);
			assertThat(message.getHeaders().keySet()).contains("X-Http2", "X-Http21");
		}
	}

	private static void assertNothingOfTheConnection(Message message) {
		assertThat(message.getHeaders().keySet()).map((name) -> name.toLowerCase(Locale.ROOT))
			.noneMatch((name) -> name.startsWith("x-http2-"))
			.doesNotContain("upgrade", "connection", "http2-settings");
	}

	private static HttpClient client() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_2)
			.connectTimeout(Duration.ofSeconds(10))
			.build();
	}

	private static URI uri(String path) {
		return URI.create("http://127.0.0.1:" + chain.port() + path);
	}

}
