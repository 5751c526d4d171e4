package io.natsproxy.gateway.client;

import io.natsproxy.gateway.BrokenRequestException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;

/**
 * Stands in the place of content that could not be decoded. To Reactor Netty it is empty
 * content like any other, which it keeps in order with requests before it.
 */
final class BrokenContent extends DefaultHttpContent {

	private final BrokenRequestException failure;

	BrokenContent(BrokenRequestException failure) {
		super(Unpooled.EMPTY_BUFFER);
		this.failure = failure;
	}

	/**
	 * Returns the failure of which the receiver of the body is told.
	 */
	BrokenRequestException failure() {
		return this.failure;
	}

}
