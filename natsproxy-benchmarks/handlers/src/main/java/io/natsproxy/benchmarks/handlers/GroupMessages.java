package io.natsproxy.benchmarks.handlers;

/**
 * The texts of the sockets that are in a group. Every other text is sent back, by which a
 * client learns that its socket has been put into the group.
 */
public final class GroupMessages {

	/**
	 * What one socket of the group sends, so that {@link #NEWS} goes to all of them.
	 */
	public static final String BROADCAST = "broadcast";

	/**
	 * What each socket of the group receives once for every {@link #BROADCAST}.
	 */
	public static final String NEWS = "this goes to every one of the sockets";

	private GroupMessages() {
	}

}
