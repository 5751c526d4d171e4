package io.natsproxy.core.exchange;

import io.natsproxy.core.wire.HeaderFields;
import io.natsproxy.core.wire.RequestHead;

/**
 * About what a head would take as NATS headers, for messages that have none: the limits
 * are the same.
 */
final class HeaderSize {

	private HeaderSize() {
	}

	static int of(RequestHead head) {
		return head.method().length() + head.target().length() + of(head.headers());
	}

	static int of(HeaderFields fields) {
		int[] size = { 0 };
		fields.forEach((name, values) -> {
			for (String value : values) {
				size[0] += name.length() + value.length() + 3;
			}
		});
		return size[0];
	}

}
