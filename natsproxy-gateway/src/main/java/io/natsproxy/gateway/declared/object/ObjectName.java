package io.natsproxy.gateway.declared.object;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.natsproxy.core.wire.MalformedMessageException;

/**
 * The name of an object.
 *
 * @param fixed what no client chooses freely, and listings do not leave
 * @param rest what follows it; empty where no object is named
 */
record ObjectName(String fixed, String rest) {

	private static final int MAX_BYTES = 1024;

	/**
	 * Makes a name of the segments of a path.
	 * @param fixed what comes before them
	 * @param segments the segments, decoded
	 * @throws MalformedMessageException if a segment is empty, but for the last one, or
	 * no object may have such a name
	 */
	static ObjectName of(String fixed, List<String> segments) {
		boolean none = segments.isEmpty() || segments.equals(List.of(""));
		ObjectName name = new ObjectName(fixed, none ? "" : String.join("/", segments));
		require(none ? fixed + "-" : name.toString());
		return name;
	}

	private static void require(String name) {
		if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			throw new MalformedMessageException(414, "The name of an object has " + MAX_BYTES + " bytes at the most");
		}
		if (name.codePoints().anyMatch((c) -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF))) {
			throw new MalformedMessageException("The name of an object has no control characters");
		}
		for (String segment : name.split("/", -1)) {
			if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
				throw new MalformedMessageException("No segment of the name of an object is empty, '.' or '..'");
			}
		}
	}

	boolean isEmpty() {
		return this.rest.isEmpty();
	}

	@Override
	public String toString() {
		return this.fixed + this.rest;
	}

}
