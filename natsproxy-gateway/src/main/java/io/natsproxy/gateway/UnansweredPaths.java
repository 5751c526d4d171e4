package io.natsproxy.gateway;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.route.KnownRoute;
import io.natsproxy.gateway.route.NoRespondersStatus;
import io.natsproxy.gateway.route.RouteMode;
import io.natsproxy.gateway.route.RoutePolicy;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tells apart why nobody answers a path: no service has it (404), one has it with other
 * methods (405), or one has it of which no instance is there (503). Where the table of
 * routes does not know, the bus is asked.
 */
final class UnansweredPaths {

	private static final String NOBODY = "No service answers this path";

	private final RoutePolicy policy;

	private final MethodProbe methodProbe;

	UnansweredPaths(NatsCaller caller, RoutePolicy policy) {
		this.policy = policy;
		this.methodProbe = new MethodProbe(caller);
	}

	/**
	 * Returns whether a request may be refused by what is known of routes.
	 * @param route its route, {@code null} if it is not known
	 * @param call how the request goes out in another format, whose services need not
	 * tell their routes; {@code null} for natsproxy's own
	 */
	boolean mayBeRefused(@Nullable KnownRoute route, @Nullable FormatCall call) {
		RouteTable table = this.policy.table();
		return route == null && table != null && (this.policy.mode() == RouteMode.DISCOVERED
				|| (call == null && table.isInterestHidden() && table.isComplete() && !table.hasUndiscovered()));
	}

	/**
	 * Refuses a request of which the route is not known, and that may be refused.
	 * @param head the head of the request
	 * @param executor where bodies are moved on
	 * @return a failure and its reply; empty if the bus is to be asked
	 */
	Mono<Answer> refuse(RequestHead head, Executor executor) {
		RouteTable table = this.policy.table();
		if (table == null) {
			return Mono.empty();
		}
		List<String> methods = table.methods(head.path());
		if (!methods.isEmpty()) {
			return methods.contains(head.method()) ? Mono.empty()
					: Mono.just(new Answer(nobody(null), notAllowed(head.method(), methods)));
		}
		KnownRoute gone = table.findGone(head.method(), head.path());
		if (gone != null) {
			return Mono.just(unavailable(gone));
		}
		if (this.policy.mode() == RouteMode.DISCOVERED) {
			return Mono.just(unknown(table.isComplete()));
		}
		// Services that do not tell their routes may answer, if they are ours.
		return this.methodProbe.methods(head, null, executor)
			.map((answered) -> answered.contains(head.method()) ? Optional.<Answer>empty()
					: Optional.of(new Answer(nobody(null), notAllowed(head.method(), answered))))
			.defaultIfEmpty(Optional.of(unknown(true)))
			.flatMap(Mono::justOrEmpty);
	}

	/**
	 * Answers a request for which nobody was there.
	 * @param failure the failure
	 * @param head the head of the request
	 * @param route its route, {@code null} if it is not known
	 * @param call how the request went out in another format; {@code null} for
	 * natsproxy's own
	 * @param executor where bodies are moved on
	 * @return what is to be logged, and the reply
	 */
	Mono<Answer> answer(NatsExchangeException failure, RequestHead head, @Nullable KnownRoute route,
			@Nullable FormatCall call, Executor executor) {
		RouteTable table = (call != null) ? null : this.policy.table();
		Answer nobody = new Answer(failure, status(failure, false));
		if (table != null) {
			if (route != null) {
				return Mono.just(unavailable(route));
			}
			List<String> methods = table.methods(head.path());
			if (this.policy.methodNotAllowed() && !methods.isEmpty() && !methods.contains(head.method())) {
				return Mono.just(new Answer(failure, notAllowed(head.method(), methods)));
			}
			KnownRoute gone = table.findGone(head.method(), head.path());
			if (gone != null) {
				return Mono.just(unavailable(gone));
			}
			if (table.isComplete() && !table.hasUndiscovered()) {
				return Mono.just(new Answer(failure, status(failure, true)));
			}
		}
		return this.policy.methodNotAllowed() ? this.methodProbe.methods(head, call, executor)
			.filter((methods) -> !methods.contains(head.method()))
			.map((methods) -> new Answer(failure, notAllowed(head.method(), methods)))
			.defaultIfEmpty(nobody) : Mono.just(nobody);
	}

	private Answer unavailable(KnownRoute route) {
		NatsExchangeException failure = nobody(route.service());
		return new Answer(failure, status(failure, false));
	}

	private Answer unknown(boolean complete) {
		NatsExchangeException failure = nobody(null);
		return new Answer(failure, status(failure, complete));
	}

	private static NatsExchangeException nobody(@Nullable String service) {
		return (service != null)
				? NatsExchangeException.told(ExchangeFailure.NO_RESPONDERS, ExchangeFailure.NO_RESPONDERS.status(),
						NOBODY, "no instance of '" + service + "' is there")
				: new NatsExchangeException(ExchangeFailure.NO_RESPONDERS, NOBODY);
	}

	private NatsReply status(NatsExchangeException failure, boolean unknown) {
		NoRespondersStatus status = this.policy.noResponders();
		boolean notFound = status == NoRespondersStatus.NOT_FOUND || (status == NoRespondersStatus.AUTO && unknown);
		return notFound ? NatsReply.problem(404, Problem.HEADERS, failure.detail()) : NatsReply.of(failure);
	}

	private static NatsReply notAllowed(String method, List<String> allowed) {
		HeaderFields headers = (action) -> {
			Problem.HEADERS.forEach(action);
			action.accept("Allow", List.of(String.join(",", allowed)));
		};
		return NatsReply.problem(405, headers, "Method " + method + " is not supported");
	}

	/**
	 * An answer to a client.
	 *
	 * @param failure the failure, with what a client is not told
	 * @param reply the reply
	 */
	record Answer(NatsExchangeException failure, NatsReply reply) {

	}

}
