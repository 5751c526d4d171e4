package io.natsproxy.core.exchange;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Counts of the WebSockets of one side. Counting allocates nothing and waits for nobody.
 * Safe for use by many threads.
 */
public final class WebSocketStatistics {

	private static final int FIRST = 1000;

	private static final int LAST = 1015;

	private static final int LIBRARIES = LAST - FIRST + 1;

	private static final int APPLICATIONS = LIBRARIES + 1;

	private static final int OTHERS = LIBRARIES + 2;

	/**
	 * The close codes that are counted each: those of RFC 6455, section 7.4.1, and
	 * registered since; all of libraries and all of applications (section 7.4.2); others.
	 */
	private static final List<String> CODES = Stream
		.concat(IntStream.rangeClosed(FIRST, LAST).mapToObj(Integer::toString), Stream.of("3xxx", "4xxx", "other"))
		.toList();

	private final AtomicLong open = new AtomicLong();

	private final AtomicLongArray closed = new AtomicLongArray(CODES.size());

	private final AtomicLong receivedMessages = new AtomicLong();

	private final AtomicLong receivedBytes = new AtomicLong();

	private final AtomicLong sentMessages = new AtomicLong();

	private final AtomicLong sentBytes = new AtomicLong();

	private final AtomicLong groups = new AtomicLong();

	private final AtomicLong groupMessages = new AtomicLong();

	private final AtomicLong groupDrops = new AtomicLong();

	/**
	 * Counts a WebSocket whose handshake has succeeded.
	 */
	public void opened() {
		this.open.incrementAndGet();
	}

	/**
	 * Counts one of these that is closed.
	 * @param code the code of its end
	 */
	public void closed(int code) {
		this.open.decrementAndGet();
		this.closed.incrementAndGet(index(code));
	}

	private static int index(int code) {
		if (code >= FIRST && code <= LAST) {
			return code - FIRST;
		}
		return switch (code / FIRST) {
			case 3 -> LIBRARIES;
			case 4 -> APPLICATIONS;
			default -> OTHERS;
		};
	}

	/**
	 * Counts a message that has come, from the peer or, at a gateway, from anywhere.
	 * @param bytes its length, or that of its last part
	 */
	public void received(int bytes) {
		this.receivedMessages.incrementAndGet();
		this.receivedBytes.addAndGet(bytes);
	}

	/**
	 * Counts a part of a message that has come, and is not its last.
	 * @param bytes its length
	 */
	public void receivedPart(int bytes) {
		this.receivedBytes.addAndGet(bytes);
	}

	/**
	 * Counts a message that has been sent to the peer.
	 * @param bytes its length
	 */
	public void sent(int bytes) {
		this.sentMessages.incrementAndGet();
		this.sentBytes.addAndGet(bytes);
	}

	/**
	 * Counts a group that has its first member here.
	 */
	public void groupJoined() {
		this.groups.incrementAndGet();
	}

	/**
	 * Counts groups that have no member here any more.
	 * @param number their number
	 */
	public void groupsLeft(int number) {
		this.groups.addAndGet(-number);
	}

	/**
	 * Counts a message to a group.
	 * @param taken whether there was room for it
	 */
	public void groupMessage(boolean taken) {
		(taken ? this.groupMessages : this.groupDrops).incrementAndGet();
	}

	/**
	 * Returns the close codes that are counted.
	 * @return each code from 1000 to 1015, {@code 3xxx}, {@code 4xxx} and {@code other}
	 */
	public static List<String> codes() {
		return CODES;
	}

	/**
	 * Returns the number of WebSockets that are open.
	 * @return the number, without those whose handshake is under way
	 */
	public long open() {
		return Math.max(0, this.open.get());
	}

	/**
	 * Returns the number of WebSockets that have been closed with a code.
	 * @param code one of {@link #codes()}
	 * @return the number
	 */
	public long closed(String code) {
		return this.closed.get(CODES.indexOf(code));
	}

	/**
	 * Returns the number of messages that have come.
	 * @return the number, without pings and pongs
	 */
	public long receivedMessages() {
		return this.receivedMessages.get();
	}

	/**
	 * Returns the bytes of these.
	 * @return bytes
	 */
	public long receivedBytes() {
		return this.receivedBytes.get();
	}

	/**
	 * Returns the number of messages that have been sent.
	 * @return the number, without pings and pongs
	 */
	public long sentMessages() {
		return this.sentMessages.get();
	}

	/**
	 * Returns the bytes of these.
	 * @return bytes
	 */
	public long sentBytes() {
		return this.sentBytes.get();
	}

	/**
	 * Returns the number of groups that have members here.
	 * @return the number
	 */
	public long groups() {
		return Math.max(0, this.groups.get());
	}

	/**
	 * Returns the number of messages to groups that have come, and have been taken.
	 * @return the number
	 */
	public long groupMessages() {
		return this.groupMessages.get();
	}

	/**
	 * Returns the number of messages to groups for which there was no room.
	 * @return the number
	 */
	public long groupDrops() {
		return this.groupDrops.get();
	}

}
