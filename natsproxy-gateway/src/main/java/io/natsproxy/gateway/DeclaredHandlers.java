package io.natsproxy.gateway;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The handlers of routes that the operator declares, which are not answered by services
 * of the wire protocol. Safe for use by many threads.
 */
public interface DeclaredHandlers {

	/**
	 * The attribute of an exchange with a client that has, as a list of names, the
	 * methods for which routes of its path are declared, where its own is none of them.
	 */
	String METHODS_ATTRIBUTE = DeclaredHandlers.class.getName() + ".methods";

	/**
	 * Finds the handler of a request, in whose attributes it leaves what others ask for.
	 * @param exchange the exchange with the client
	 * @param handshake whether the client asks for a WebSocket, which a handler may not
	 * know of
	 * @return the handler, or {@code null} if no route is declared for the request, or
	 * its handshake is decided about by what is left as
	 * {@link DeclaredHandshake#ATTRIBUTE}
	 */
	@Nullable WebHandler find(ServerWebExchange exchange, boolean handshake);

}
