package io.natsproxy.gateway.client;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * The version of HTTP in the head of a response, by which the handlers on the way know
 * how its body ends.
 */
final class ResponseVersion {

	private ResponseVersion() {
	}

	/**
	 * Returns whether a client knows neither chunks nor persistent connections.
	 * @param version the version of its request
	 */
	static boolean isOld(HttpVersion version) {
		return version != HttpVersion.HTTP_1_1 && version.minorVersion() == 0;
	}

	/**
	 * Prepares a response for a client of HTTP/1.0, which knows neither chunks nor
	 * persistent connections: the end of a body without a length is that of the
	 * connection (RFC 9112, section 6.3). Handlers nearer to the socket know by the
	 * version of the response.
	 */
	static void makeOld(HttpResponse response) {
		response.setProtocolVersion(HttpVersion.HTTP_1_0);
		HttpUtil.setTransferEncodingChunked(response, false);
		HttpUtil.setKeepAlive(response, false);
	}

	/**
	 * Gives a response the version of the server in place of its client's (RFC 9110,
	 * section 6.2).
	 */
	static void makeOwn(HttpResponse response) {
		if (response.protocolVersion() != HttpVersion.HTTP_1_1) {
			boolean keepAlive = HttpUtil.isKeepAlive(response);
			response.setProtocolVersion(HttpVersion.HTTP_1_1);
			HttpUtil.setKeepAlive(response, keepAlive);
		}
	}

}
