package io.natsproxy.gateway.headers;

import io.netty.util.AsciiString;

/**
 * The names of header fields that were read last, as strings: the same few come with
 * every request. Safe for use by many threads, which may replace what another has just
 * remembered.
 */
final class NameTable {

	private static final int SIZE = 256;

	private static final int LONGEST = 64;

	private final String[] names = new String[SIZE];

	/**
	 * Returns a name as a string.
	 * @param name the name as the server has read it
	 * @return the name, in the same case
	 */
	String get(CharSequence name) {
		if (!(name instanceof AsciiString ascii) || ascii.length() > LONGEST) {
			return name.toString();
		}
		int hash = ascii.hashCode();
		int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SIZE - 1;
		String known = this.names[slot];
		if (known != null && ascii.contentEquals(known)) {
			return known;
		}
		String read = ascii.toString();
		this.names[slot] = read;
		return read;
	}

}
