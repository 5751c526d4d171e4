package io.natsproxy.core.header;

/**
 * Tells of most names that they are not among those of a head, without comparing them
 * with any: a Bloom filter of one word. Names are the same in all cases of ASCII. Not
 * safe for use by many threads at once.
 */
public final class FieldNameFilter {

	private long bits;

	/**
	 * Adds a name.
	 * @param name the name of a header field
	 */
	public void add(String name) {
		this.bits |= bit(name);
	}

	/**
	 * Tells whether a name may have been added.
	 * @param name the name of a header field
	 * @return {@code false} if it has not been added, in any case
	 */
	public boolean mayContain(String name) {
		return (this.bits & bit(name)) != 0;
	}

	/**
	 * Removes all names.
	 */
	public void clear() {
		this.bits = 0;
	}

	private static long bit(String name) {
		int length = name.length();
		// Bit 5 is the case of a letter.
		return (length > 0) ? 1L << ((name.charAt(0) | 0x20) * 7 + (name.charAt(length - 1) | 0x20) + length) : 1L;
	}

}
