package io.natsproxy.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds out whether a path that nobody answers with the method of a request is answered
 * with another: asks for the OPTIONS of the path, which services of ours answer.
 */
final class MethodProbe {

	private static final String OPTIONS = "OPTIONS";

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final NatsCaller caller;

	MethodProbe(NatsCaller caller) {
		this.caller = caller;
	}

	/**
	 * Asks the services of a path for the methods that it has.
	 * @param call how the request goes out in another format, whose services answer this
	 * only where they are ours; {@code null} for natsproxy's own
	 * @param client on whose behalf
	 * @return the methods in capital letters, or empty when there is nobody or no answer
	 */
	Mono<List<String>> methods(RequestHead head, @Nullable FormatCall call, @Nullable Object client,
			Executor executor) {
		if (head.method().equals(OPTIONS)) {
			return Mono.empty();
		}
		RequestHead options = new RequestHead(OPTIONS, head.target(), null, HeaderFields.EMPTY);
		return this.caller.exchange(options, Mono.empty(), new CallOptions(TIMEOUT, executor, 0, client, call))
			.doOnNext(NatsReply::discard)
			.map((reply) -> allowed(reply.head()))
			.filter((allowed) -> !allowed.isEmpty())
			.onErrorComplete();
	}

	private static List<String> allowed(ResponseHead options) {
		List<String> allowed = new ArrayList<>();
		options.headers().forEach((name, values) -> {
			if (options.status() < 300 && name.equalsIgnoreCase("Allow")) {
				for (String value : values) {
					allowed.addAll(List.of(value.replace(" ", "").toUpperCase(Locale.ROOT).split(",")));
				}
			}
		});
		return allowed;
	}

}
