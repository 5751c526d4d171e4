package io.natsproxy.gateway.client;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Tells the messages of HTTP/1.1 apart, by their classes where those are the usual ones:
 * asking one object for several interfaces in turn is slow on many threads (JDK-8180450).
 */
final class MessageTypes {

	private MessageTypes() {
	}

	/**
	 * Returns whether a message is the head of a request.
	 */
	static boolean isRequest(Object message) {
		if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
			return false;
		}
		Class<?> type = message.getClass();
		return type == DefaultHttpRequest.class || (!isContentType(type) && message instanceof HttpRequest);
	}

	/**
	 * Returns whether a message is the head of a response.
	 */
	static boolean isResponse(Object message) {
		if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
			return false;
		}
		Class<?> type = message.getClass();
		return type == DefaultHttpResponse.class || type == DefaultFullHttpResponse.class
				|| (!isContentType(type) && message instanceof HttpResponse);
	}

	/**
	 * Returns whether a message carries a part of a body.
	 */
	static boolean isContent(Object message) {
		if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
			return true;
		}
		Class<?> type = message.getClass();
		return isContentType(type) || (!isHeadType(type) && message instanceof HttpContent);
	}

	/**
	 * Returns whether a message ends a request or a response.
	 */
	static boolean isLast(Object message) {
		if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
			return true;
		}
		Class<?> type = message.getClass();
		if (type == DefaultHttpContent.class || isHeadType(type)) {
			return false;
		}
		return type == DefaultLastHttpContent.class || type == DefaultFullHttpResponse.class
				|| type == DefaultFullHttpRequest.class || message instanceof LastHttpContent;
	}

	private static boolean isContentType(Class<?> type) {
		return type == DefaultHttpContent.class || type == DefaultLastHttpContent.class;
	}

	private static boolean isHeadType(Class<?> type) {
		return type == DefaultHttpRequest.class || type == DefaultHttpResponse.class;
	}

}
