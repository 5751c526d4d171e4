package io.natsproxy.it.gateway;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose bodies filters of the gateway have read before it gets them.
 */
@Timeout(60)
class ReadBodyIntegrationTests {

	private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

	@RegisterExtension
	static final GatewayChain chain = GatewayChain
		.of("spring.webflux.hiddenmethod.filter.enabled=true", "natsproxy.gateway.body-limits[0].path=/limited",
				"natsproxy.gateway.body-limits[0].max-size=10B")
		.with(Application.class);

	private final Peer peer = chain.peer().tap();

	@Test
	void formThatAFilterHasReadIsEncodedAgain() {
		assertThat(send(post("/form", "a=1&b=x+y%2Bz&a=2&c&d=%26%3D&caf%C3%A9=%E2%82%AC", FORM)).status())
			.isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("POST:.form");
		assertThat(message.getData()).asString().isEqualTo("a=1&a=2&b=x+y%2Bz&c&d=%26%3D&caf%C3%A9=%E2%82%AC");
		assertLength(message);
	}

	@Test
	void formOfUnknownLengthIsEncodedAgain() {
		assertThat(send("POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + FORM
				+ "\r\n\r\n3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n")
			.status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getData()).asString().isEqualTo("a=1&b=2");
		assertLength(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "&", "&&&", " & ", " " })
	void formWithoutAFieldIsEmpty(String form) {
		assertThat(send(post("/form", form, FORM)).status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("POST:.form");
		assertThat(message.getData()).isEmpty();
		assertLength(message);
	}

	@ParameterizedTest
	@CsvSource({ "ISO-8859-1, caf%E9", "UTF-8, caf%C3%A9", "windows-1252, caf%E9" })
	void charsetOfTheFormIsKept(String charset, String encoded) {
		assertThat(send(post("/form", "name=" + encoded, FORM + ";charset=" + charset)).status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getHeaders().getFirst("Content-Type")).endsWith(charset);
		assertThat(java.net.URLDecoder.decode(new String(message.getData(), StandardCharsets.US_ASCII),
				Charset.forName(charset)))
			.isEqualTo("name=caf\u00e9");
		assertLength(message);
	}

	@Test
	void hiddenMethodIsThatOfTheRequest() {
		assertThat(send(post("/hidden", "_method=DELETE&id=7", FORM)).status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("DELETE:.hidden");
		assertThat(message.getData()).asString().isEqualTo("_method=DELETE&id=7");
		assertLength(message);
	}

	@Test
	void formThatIsTooLongWhenEncodedAgainIsRefused() {
		assertProblem(send(post("/limited", "a=(((((", FORM, "X-Filter: form")), 413);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void connectionIsUsableAfterAForm() {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			for (int i = 0; i < 3; i++) {
				assertThat(client.send(post("/form", "a=" + i, FORM)).read().status()).isEqualTo(200);
				assertThat(this.peer.next().getData()).asString().isEqualTo("a=" + i);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "eaten", "longer", "shorter" })
	void bodyThatAFilterHasEatenOrChangedIsAFailure(String filter) {
		assertProblem(send(post("/" + filter, "0123456789", "Content-Type: text/plain")), 500);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void bodyOfUnknownLengthThatAFilterHasEatenIsAFailure() {
		assertProblem(send(
				"POST /eaten HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\nhello\r\n0\r\n\r\n"),
				500);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void formThatAFilterHasEatenIsAFailure() {
		assertProblem(send(put("/eaten", "a=1", FORM)), 500);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void partsThatAFilterHasReadAreAFailure() {
		String body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
		assertProblem(send(post("/multipart", body, "Content-Type: multipart/form-data; boundary=b")), 500);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Type: text/plain", FORM })
	void bodyThatAFilterKeepsIsPassedOn(String contentType) {
		assertThat(send(put("/kept", "a=%28", contentType)).status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getData()).asString().isEqualTo("a=%28");
		assertLength(message);
	}

	@Test
	void emptyBodiesAreNoFailure() {
		assertThat(send(post("/eaten", "", FORM)).status()).isEqualTo(200);
		assertThat(send("POST /eaten HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status())
			.isEqualTo(200);
		assertThat(this.peer.next().getData()).isEmpty();
		assertThat(this.peer.next().getData()).isEmpty();
	}

	/**
	 * A request of which no filter looks for a hidden method.
	 */
	private static String put(String target, String body, String... headers) {
		return "PUT" + post(target, body, headers).substring("POST".length());
	}

	private static void assertLength(Message message) {
		assertThat(message.getHeaders().get("Content-Length"))
			.containsExactly(Integer.toString(message.getData().length));
	}

	private static Response send(String request) {
		return RawHttpClient.exchange(chain.port(), request);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		/**
		 * Does to bodies what the path says.
		 */
		@Bean
		@Order(0)
		WebFilter bodyFilter() {
			return (exchange, chain) -> {
				ServerHttpRequest request = exchange.getRequest();
				Mono<byte[]> body = DataBufferUtils.join(request.getBody()).map((buffer) -> {
					byte[] bytes = new byte[buffer.readableByteCount()];
					buffer.read(bytes);
					DataBufferUtils.release(buffer);
					return bytes;
				}).defaultIfEmpty(new byte[0]);
				return switch (request.getPath().value()) {
					case "/form", "/limited" -> exchange.getFormData().then(chain.filter(exchange));
					case "/multipart" -> exchange.getMultipartData().then(chain.filter(exchange));
					case "/eaten" -> body.flatMap((bytes) -> chain.filter(exchange));
					case "/kept" -> body.flatMap((bytes) -> chain.filter(with(exchange, bytes)));
					case "/longer" ->
						body.flatMap((bytes) -> chain.filter(with(exchange, java.util.Arrays.copyOf(bytes, 11))));
					case "/shorter" ->
						body.flatMap((bytes) -> chain.filter(with(exchange, java.util.Arrays.copyOf(bytes, 9))));
					default -> chain.filter(exchange);
				};
			};
		}

		private static ServerWebExchange with(ServerWebExchange exchange, byte[] body) {
			return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {
				@Override
				public Flux<DataBuffer> getBody() {
					return Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)));
				}
			}).build();
		}

	}

}
