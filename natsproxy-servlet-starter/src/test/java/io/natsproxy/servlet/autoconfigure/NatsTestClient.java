package io.natsproxy.servlet.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.RequestHead;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls services over NATS without Spring.
 */
final class NatsTestClient implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	/**
	 * A new thread for each task, which may block.
	 */
	static final Executor THREADS = (task) -> new Thread(task).start();

	private final NatsConnector connector = new NatsConnector("client", "");

	private final NatsExchanges exchanges;

	private final NatsCaller caller;

	NatsTestClient(String url) {
		this(url, "");
	}

	NatsTestClient(String url, String prefix) {
		this.exchanges = new NatsExchanges(this.connector.connectNow(this.connector.options().server(url).build()),
				prefix);
		this.caller = new NatsCaller(this.exchanges, NatsCallerOptions.DEFAULTS);
	}

	NatsExchanges exchanges() {
		return this.exchanges;
	}

	Response get(String target, String... fields) {
		return exchange("GET", target, Flux.empty(), fields);
	}

	Response post(String target, String body, String... fields) {
		return exchange("POST", target, Flux.just(body.getBytes(StandardCharsets.UTF_8)), fields);
	}

	/**
	 * Exchanges a request for a response.
	 * @param fields names and values, by turns
	 */
	Response exchange(String method, String target, Publisher<byte[]> body, String... fields) {
		NatsReply reply = open(method, target, body, fields);
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		if (reply.stream() == null) {
			all.writeBytes(reply.body());
		}
		else {
			reply.stream().consumedFrames().doOnNext(all::writeBytes).then().block(TIMEOUT);
		}
		return new Response(reply.head().status(), fields(reply), all.toByteArray());
	}

	/**
	 * Sends a request, and returns its reply, whose stream is to be consumed.
	 */
	NatsReply open(String method, String target, Publisher<byte[]> body, String... fields) {
		RequestHead head = new RequestHead(method, target, TIMEOUT, (action) -> {
			for (int i = 0; i < fields.length; i += 2) {
				action.accept(fields[i], List.of(fields[i + 1]));
			}
		});
		return this.caller.exchange(head, body, TIMEOUT, ForkJoinPool.commonPool())
			.onErrorResume(NatsExchangeException.class, (ex) -> Mono.just(NatsReply.of(ex)))
			.block(TIMEOUT);
	}

	static Map<String, List<String>> fields(NatsReply reply) {
		Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		reply.head()
			.headers()
			.forEach((name, values) -> fields.merge(name, List.copyOf(values),
					(some, more) -> Stream.concat(some.stream(), more.stream()).toList()));
		return fields;
	}

	@Override
	public void close() {
		this.caller.close();
		this.exchanges.close();
		this.connector.close();
	}

	record Response(int status, Map<String, List<String>> fields, byte[] body) {

		String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

		String field(String name) {
			List<String> values = this.fields.get(name);
			return (values != null) ? String.join(",", values) : "";
		}

	}

}
