package io.natsproxy.core.wire;

import io.natsproxy.core.header.HeaderFields;

/**
 * The approximate size of a head as NATS headers, for messages that have none: the limits
 * are the same.
 */
public final class HeadSize {

	private HeadSize() {
	}

	public static int of(RequestHead head) {
		return head.method().length() + head.target().length() + of(head.headers());
	}

	public static int of(HeaderFields fields) {
		int[] size = { 0 };
		fields.forEach((name, values) -> {
			for (String value : values) {
				size[0] += name.length() + value.length() + 3;
			}
		});
		return size[0];
	}

}
