package io.natsproxy.core.header;

import java.nio.charset.StandardCharsets;

/**
 * The names of header fields that were read last, as strings: the same few come with
 * every message. Safe for use by many threads, which may replace what another has just
 * remembered.
 */
public final class NameTable {

	private static final int SIZE = 256;

	private static final int LONGEST = 64;

	private final String[] names = new String[SIZE];

	/**
	 * Continues a hash of a name.
	 * @param hash that of the bytes before, 0 for the first
	 * @param character the next byte
	 * @return the hash
	 */
	public static int hash(int hash, byte character) {
		return 31 * hash + character;
	}

	/**
	 * Returns a name as a string.
	 * @param bytes holds the name
	 * @param start where it starts
	 * @param end where it ends, exclusively
	 * @param hash any hash of it, the same with each call
	 * @return the name, in the same case
	 */
	public String get(byte[] bytes, int start, int end, int hash) {
		int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SIZE - 1;
		String known = this.names[slot];
		if (known != null && isEqual(known, bytes, start, end)) {
			return known;
		}
		String name = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
		if (name.length() <= LONGEST) {
			this.names[slot] = name;
		}
		return name;
	}

	private static boolean isEqual(String name, byte[] bytes, int start, int end) {
		if (name.length() != end - start) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			if (name.charAt(i) != bytes[start + i]) {
				return false;
			}
		}
		return true;
	}

}
