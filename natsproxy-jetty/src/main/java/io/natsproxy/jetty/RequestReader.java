package io.natsproxy.jetty;

import java.net.InetSocketAddress;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.ForwardedOrigin;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as Jetty has it.
 *
 * @param metaData the request
 * @param origin where it comes from
 */
record RequestReader(MetaData.Request metaData, ForwardedOrigin origin) {

	/**
	 * Stands in place of the client's key, which means nothing behind the gateway.
	 */
	private static final String NO_KEY = "bmF0c3Byb3h5LXNvY2tldA==";

	/**
	 * Reads the head.
	 * @param exchange the exchange
	 * @param forwardedHeaders whether forwarded fields are to be believed
	 * @throws IllegalArgumentException if target or host are malformed
	 */
	static RequestReader of(IncomingExchange exchange, boolean forwardedHeaders) {
		HttpFields.Mutable fields = HttpFields.build();
		exchange.head().headers().forEach((name, values) -> values.forEach((value) -> fields.add(name, value)));
		if (exchange.socketId() != null) {
			addHandshake(fields);
		}
		ForwardedOrigin origin = ForwardedOrigin.of((name) -> first(fields, name), forwardedHeaders);
		HostPortHttpField authority = new HostPortHttpField(origin.authority());
		// Jetty refuses requests whose authority is another than that of the field.
		fields.put(authority);
		MetaData.Request metaData = new MetaData.Request(NanoTime.now(), exchange.head().method(), origin.scheme(),
				authority, exchange.head().target(), HttpVersion.HTTP_1_1, fields, contentLength(exchange, fields));
		if (!exchange.head().path().equals(metaData.getHttpURI().getPath())) {
			throw new IllegalArgumentException("The path is not what it seems to be");
		}
		return new RequestReader(metaData, origin);
	}

	/**
	 * Returns the first value of a field. An empty host names none.
	 */
	private static @Nullable String first(HttpFields fields, String name) {
		String value = fields.get(name);
		return (value != null && value.isEmpty() && HttpHeader.HOST.is(name)) ? null : value;
	}

	/**
	 * Returns the address of the client, or that of nobody.
	 */
	InetSocketAddress remoteAddress() {
		InetSocketAddress address = this.origin.remoteAddress();
		return (address != null) ? address : NatsEndPoint.NOBODY;
	}

	/**
	 * Adds what the gateway has read and answers itself, so that a handshake looks like
	 * one.
	 */
	private static void addHandshake(HttpFields.Mutable fields) {
		fields.put(HttpHeader.CONNECTION, "Upgrade");
		fields.put(HttpHeader.UPGRADE, "websocket");
		fields.put(HttpHeader.SEC_WEBSOCKET_VERSION, "13");
		fields.put(HttpHeader.SEC_WEBSOCKET_KEY, NO_KEY);
		// Messages are not compressed on their way.
		fields.remove(HttpHeader.SEC_WEBSOCKET_EXTENSIONS);
	}

	/**
	 * The length of a body that has come as a whole is known, whatever a field says.
	 */
	private static long contentLength(IncomingExchange exchange, HttpFields.Mutable fields) {
		if (exchange.isStreamed()) {
			return fields.getLongField(HttpHeader.CONTENT_LENGTH);
		}
		int length = exchange.body().length;
		if (length > 0) {
			fields.put(HttpHeader.CONTENT_LENGTH, length);
		}
		else {
			fields.remove(HttpHeader.CONTENT_LENGTH);
		}
		return length;
	}

}
