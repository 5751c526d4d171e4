package io.natsproxy.gateway;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
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
	 * @param declared the methods with which the operator has routes for the path
	 * @return a failure and its reply; {@code null} if the bus is to be asked
	 */
	@Nullable Answer refuse(RequestHead head, List<String> declared) {
		RouteTable table = this.policy.table();
		if (table == null) {
			return null;
		}
		List<String> methods = table.methods(head.path());
		if (methods.contains(head.method())) {
			return null;
		}
		if (!declared.isEmpty()) {
			return otherMethod(nobody(null), head, methods, declared);
		}
		Answer known = known(table, nobody(null), head, methods);
		return (known != null || this.policy.mode() != RouteMode.DISCOVERED) ? known : unknown(table.isComplete());
	}

	/**
	 * Answers a request for which nobody was there.
	 * @param failure the failure
	 * @param head the head of the request
	 * @param route its route, {@code null} if it is not known
	 * @param declared the methods with which the operator has routes for the path
	 * @param call how the request went out in another format; {@code null} for
	 * natsproxy's own
	 * @param client by whom limits are counted; {@code null} if that is not known
	 * @param executor where bodies are moved on
	 * @return what is to be logged, and the reply
	 */
	Mono<Answer> answer(NatsExchangeException failure, RequestHead head, @Nullable KnownRoute route,
			List<String> declared, @Nullable FormatCall call, @Nullable Object client, Executor executor) {
		RouteTable table = (call != null) ? null : this.policy.table();
		boolean unknown = false;
		if (!declared.isEmpty()) {
			List<String> told = (table != null) ? table.methods(head.path()) : List.of();
			return Mono.just(otherMethod(failure, head, told, declared));
		}
		if (table != null) {
			List<String> methods = table.methods(head.path());
			if (route != null || methods.contains(head.method())) {
				return Mono.just(unavailable(route));
			}
			Answer known = known(table, failure, head, methods);
			if (known != null) {
				return Mono.just(known);
			}
			unknown = table.isComplete() && !table.hasUndiscovered();
		}
		Answer nobody = new Answer(failure, status(failure, unknown));
		return this.policy.methodNotAllowed() ? this.methodProbe.methods(head, call, client, executor)
			.filter((methods) -> !methods.contains(head.method()))
			.map((methods) -> new Answer(failure, notAllowed(head.method(), methods)))
			.defaultIfEmpty(nobody) : Mono.just(nobody);
	}

	/**
	 * Returns the answer for a path that services have, though not with this method, or
	 * that was that of a service which is gone.
	 */
	private @Nullable Answer known(RouteTable table, NatsExchangeException failure, RequestHead head,
			List<String> methods) {
		if (!methods.isEmpty()) {
			return this.policy.methodNotAllowed() ? new Answer(failure, notAllowed(head.method(), methods))
					: unavailable(null);
		}
		KnownRoute gone = table.findGone(head.path());
		return (gone != null) ? unavailable(gone) : null;
	}

	private Answer unavailable(@Nullable KnownRoute route) {
		NatsExchangeException failure = nobody((route != null) ? route.service() : null);
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

	/**
	 * Answers a request of a route that is known, for which nobody was there.
	 * @param failure the failure
	 * @return the reply
	 */
	NatsReply unansweredReply(NatsExchangeException failure) {
		return status(failure, false);
	}

	private NatsReply status(NatsExchangeException failure, boolean unknown) {
		NoRespondersStatus status = this.policy.noResponders();
		boolean notFound = status == NoRespondersStatus.NOT_FOUND || (status == NoRespondersStatus.AUTO && unknown);
		return notFound ? NatsReply.problem(404, Problem.HEADERS, failure.detail()) : NatsReply.of(failure);
	}

	/**
	 * Answers a request for a path for which the operator has declared other methods.
	 */
	private static Answer otherMethod(NatsExchangeException failure, RequestHead head, List<String> told,
			List<String> declared) {
		List<String> methods = Stream.concat(told.stream(), declared.stream()).distinct().sorted().toList();
		HeaderFields allow = HeaderFields.of("Allow", String.join(",", methods));
		return new Answer(failure, head.method().equals("OPTIONS")
				? new NatsReply(new ResponseHead(200, allow), new byte[0]) : notAllowed(head.method(), methods));
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
