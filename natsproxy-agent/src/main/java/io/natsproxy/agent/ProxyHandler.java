package io.natsproxy.agent;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.ResponseHead;

/**
 * Passes the requests of one upstream on to it. Takes them on the thread that receives,
 * which does nothing but begin: the rest happens on the event loops of the client.
 */
final class ProxyHandler implements NatsRequestHandler {

	private static final byte[] NOTHING = {};

	private final UpstreamClient client;

	private final TargetRule targets;

	private final RequestFields fields;

	private final ExchangeTimer timer;

	private final AgentObservations observations;

	private final WebSocketRelay sockets;

	private final AtomicInteger openSockets = new AtomicInteger();

	private final String allow;

	/**
	 * Creates the handler.
	 * @param client calls the upstream; not closed by this object
	 * @param routes the paths of the upstream
	 * @param sockets carries the messages of WebSockets
	 * @param timer keeps the deadlines; not closed by this object
	 */
	ProxyHandler(UpstreamClient client, UpstreamRoutes routes, WebSocketRelay sockets, ExchangeTimer timer,
			AgentObservations observations) {
		this.client = client;
		this.targets = new TargetRule(routes);
		this.fields = new RequestFields(client.upstream());
		this.sockets = sockets;
		this.timer = timer;
		this.observations = observations;
		this.allow = String.join(", ", client.upstream().requests().methods());
	}

	@Override
	public void handle(IncomingExchange exchange) {
		RequestObservation observation = this.observations.start(this.client.upstream().name(), exchange);
		try {
			if (!isServed(exchange.head().method())) {
				throw new RefusedRequestException(405, "The method is not served");
			}
			String target = this.targets.target(exchange.head().target());
			if (RequestFields.isLastHop(exchange.head())) {
				observation.passed();
				exchange.reply(new ResponseHead(200, HeaderFields.of("Allow", this.allow)), NOTHING);
			}
			else {
				pass(exchange, target, observation).start();
			}
		}
		catch (RefusedRequestException ex) {
			UpstreamFailure failure = UpstreamFailure.of(ex);
			observation.passed();
			exchange.reply(failure.head(), failure.body());
		}
		catch (Throwable ex) {
			observation.failed(ex);
			observation.passed();
			throw ex;
		}
	}

	/**
	 * Subjects tell the method only where they are verified.
	 */
	private boolean isServed(String method) {
		List<String> methods = this.client.upstream().requests().methods();
		return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
	}

	/**
	 * Returns the number of WebSockets that are open, or being opened.
	 */
	int openSockets() {
		return this.openSockets.get();
	}

	private UpstreamExchange pass(IncomingExchange exchange, String target, RequestObservation observation) {
		if (exchange.socketId() != null) {
			return new WebSocketExchange(this.client, this.fields, exchange, target, this.timer, observation,
					this.sockets, this.openSockets);
		}
		return new ProxyExchange(this.client, this.fields, exchange, target, this.timer, observation);
	}

}
