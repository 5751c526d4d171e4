package io.natsproxy.gateway.headers;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.natsproxy.core.header.HeaderFields;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class FieldListTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@Test
	void aNameInSeveralCasesIsOneFieldAsFirstWritten() {
		FieldList fields = FieldList.of((HeaderFields) (action) -> {
			action.accept("Accept", List.of("a"));
			action.accept("Via", List.of("b"));
			action.accept("aCCept", List.of("c", "d"));
		});
		assertThat(entries(fields)).containsExactly(entry("Accept", List.of("a", "c", "d")),
				entry("Via", List.of("b")));
		assertThat(fields.first("ACCEPT")).isEqualTo("a");
		assertThat(fields.values("via")).containsExactly("b");
		assertThat(fields.values("Accep")).isEmpty();
		assertThat(fields.first("Vary")).isNull();
	}

	@Test
	void doesNotKeepTheListsThatItCopies() {
		List<String> values = new ArrayList<>(List.of("a"));
		FieldList fields = FieldList.of((HeaderFields) (action) -> action.accept("Via", values));
		values.set(0, "b");
		assertThat(fields.values("Via")).containsExactly("a");
	}

	@Test
	void manyNamesAreFoundInEveryCase() {
		FieldList fields = new FieldList();
		IntStream.range(0, 200).forEach((i) -> fields.add("X-" + i, "a" + i));
		IntStream.range(0, 200).forEach((i) -> fields.add("x-" + i, "b" + i));
		assertThat(entries(fields)).hasSize(200);
		assertThat(entries(fields).get(31)).isEqualTo(entry("X-31", List.of("a31", "b31")));
		assertThat(entries(fields).get(199)).isEqualTo(entry("X-199", List.of("a199", "b199")));
		assertThat(fields.values("X-200")).isEmpty();
	}

	@Test
	void eachValueOfARequestIsReadOnce() {
		inRequest((request) -> {
			FieldList fields = FieldList.of(request, (name) -> true);
			assertThat(entries(fields)).containsExactly(entry("Host", List.of("localhost")),
					entry("X-Two", List.of("1", "2", "3")), entry("X-One", List.of("1")), entry("X-Empty", List.of("")),
					entry("Connection", List.of("close")));
			ServerHttpRequest decorated = new ServerHttpRequestDecorator(request);
			assertThat(entries(FieldList.of(decorated, (name) -> true))).isEqualTo(entries(fields));
			assertThat(entries(FieldList.of(request, "X-One"::equals))).containsExactly(entry("X-One", List.of("1")));
		});
	}

	@Test
	void whatAFilterHasPutInPlaceOfARequestIsRead() {
		inRequest((request) -> {
			ServerHttpRequest mutated = request.mutate().headers((headers) -> headers.remove("X-Two")).build();
			assertThat(FieldList.of(mutated, (name) -> true).values("X-Two")).isEmpty();
			assertThat(FieldList.of(mutated, (name) -> true).values("X-One")).containsExactly("1");
			HttpHeaders other = new HttpHeaders();
			other.add("X-Other", "1");
			ServerHttpRequest decorated = new ServerHttpRequestDecorator(request) {

				@Override
				public HttpHeaders getHeaders() {
					return other;
				}

			};
			assertThat(entries(FieldList.of(decorated, (name) -> true)))
				.containsExactly(entry("X-Other", List.of("1")));
		});
	}

	@Test
	void aResponseIsReadAsItStands() {
		run((request, response) -> {
			response.getHeaders().add("X-A", "1");
			response.getHeaders().add("x-a", "2");
			FieldList fields = FieldList.of(response);
			response.getHeaders().clear();
			assertThat(fields.values("X-A")).containsExactly("1", "2");
			return Mono.empty();
		});
	}

	private static List<Entry<String, List<String>>> entries(FieldList fields) {
		List<Entry<String, List<String>>> entries = new ArrayList<>();
		fields.forEach((name, values) -> entries.add(entry(name, List.copyOf(values))));
		return entries;
	}

	private static void inRequest(Consumer<ServerHttpRequest> test) {
		run((request, response) -> {
			test.accept(request);
			return Mono.empty();
		});
	}

	private static void run(HttpHandler handler) {
		List<Throwable> failures = new ArrayList<>();
		HttpHandler caught = (request, response) -> Mono.defer(() -> handler.handle(request, response))
			.doOnError(failures::add);
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle(new ReactorHttpHandlerAdapter(caught))
			.bindNow(LIMIT);
		try (Socket socket = new Socket("127.0.0.1", server.port())) {
			socket.setSoTimeout((int) LIMIT.toMillis());
			socket.getOutputStream().write("""
					GET / HTTP/1.1
					Host: localhost
					X-Two: 1
					X-One: 1
					x-two: 2
					X-Empty:
					X-TWO: 3
					Connection: close

					""".replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(failures).isEmpty();
			assertThat(answer).startsWith("HTTP/1.1 200 ");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			server.disposeNow(LIMIT);
		}
	}

	@Test
	void repeatedFieldIsCopiedOnceOnly() {
		FieldList fields = new FieldList();
		List<String> first = List.of("0");
		fields.add("A", first);
		fields.add("a", "1");
		List<String> values = fields.values("A");
		for (int i = 2; i < 20_000; i++) {
			fields.add((i % 2 == 0) ? "A" : "a", Integer.toString(i));
			assertThat(fields.values("A")).isSameAs(values);
		}
		assertThat(values).hasSize(20_000).startsWith("0", "1", "2").endsWith("19999");
		assertThat(first).containsExactly("0");
	}

	@Test
	void setReplacesAllValues() {
		FieldList fields = new FieldList();
		fields.add("A", "1");
		fields.add("a", "2");
		fields.set("a", "3");
		fields.set("B", "4");
		assertThat(fields.values("A")).containsExactly("3");
		assertThat(fields.values("b")).containsExactly("4");
	}

}
