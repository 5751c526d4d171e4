package io.natsproxy.core.subject;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.WebSocketEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The rule by which a subject that a peer names may be published to: it must be an inbox.
 * Otherwise whoever may send a request could name a route, or a group of WebSockets, as
 * its reply subject, and have a service publish where it may not publish itself. Safe for
 * use by many threads.
 */
public final class ReplySubjects {

	/**
	 * Prefixes of inboxes where none are named: that of NATS clients, and that of the
	 * reply subjects which a server makes for messages between accounts.
	 */
	public static final List<String> DEFAULT_PREFIXES = List.of("_INBOX", "_R_");

	/**
	 * Prefix of the reply subjects of a server, which makes a new one for each message
	 * that goes from one account to another.
	 */
	private static final String MAPPED = "_R_.";

	/**
	 * Longest subject, in characters. Together with an own one it must fit the control
	 * line of a server, which closes the connection that sends a longer one.
	 */
	public static final int MAX_LENGTH = 512;

	private static final String ADVICE = "If it is the inbox of somebody who is to be trusted, name its prefix in natsproxy.nats.reply-prefixes.";

	private final RateLimitedLog log = new RateLimitedLog(LoggerFactory.getLogger(ReplySubjects.class));

	private final String[] prefixes;

	/**
	 * Creates the rule.
	 * @param prefixes the tokens with which inboxes begin, with or without a dot at the
	 * end
	 * @param ownInbox an inbox of the own connection: what is before its last dot is a
	 * prefix too
	 * @throws IllegalArgumentException if a prefix is not a literal subject
	 */
	public ReplySubjects(Collection<String> prefixes, String ownInbox) {
		int lastDot = ownInbox.lastIndexOf('.');
		Stream<String> own = (lastDot > 0) ? Stream.of(ownInbox.substring(0, lastDot + 1)) : Stream.empty();
		this.prefixes = Stream.concat(checked(prefixes).stream(), own).distinct().toArray(String[]::new);
	}

	/**
	 * Returns prefixes of inboxes, where all of them can be such.
	 * @param prefixes the tokens with which inboxes begin, with or without a dot at the
	 * end
	 * @return the same with a dot at the end
	 * @throws IllegalArgumentException if a prefix is not a literal subject
	 */
	public static List<String> checked(Collection<String> prefixes) {
		return prefixes.stream().map(ReplySubjects::withDot).toList();
	}

	private static String withDot(String prefix) {
		String dotted = prefix.endsWith(".") ? prefix : prefix + ".";
		if (!LiteralSubject.isValid(dotted + "a")) {
			throw new IllegalArgumentException("Reply prefix '" + prefix + "' is not a literal NATS subject");
		}
		return dotted;
	}

	/**
	 * Tells whether a subject may be published to; if not, a warning is logged now and
	 * then.
	 * @param subject a subject that a peer has named
	 * @param purpose whose subject it is, for the log, such as "the reply subject of a
	 * request"
	 * @return whether it is an inbox
	 */
	public boolean allows(@Nullable String subject, String purpose) {
		if (isInbox(subject)) {
			return true;
		}
		this.log.warn("Nothing is sent to '{}', {}: it is not an inbox under one of {}. {}", String.valueOf(subject),
				purpose, String.join(", ", this.prefixes), ADVICE);
		return false;
	}

	/**
	 * Tells whether the frames and heartbeats of a WebSocket may be published to the
	 * subjects that its peer names; if not, a warning is logged now and then.
	 * @param end the peer's end, as told in the handshake
	 * @return whether both of its subjects are inboxes
	 */
	public boolean allows(WebSocketEnd end) {
		return allows(end.frames(), "the subject of a WebSocket's frames")
				&& allows(end.alive(), "the subject of a WebSocket's heartbeats");
	}

	/**
	 * Tells whether the reply subjects of two messages may be those of one sender who has
	 * one inbox for both.
	 * @param first the reply subject of a message
	 * @param second the reply subject of another
	 * @return whether they are equal, or have both been made by a server
	 */
	public static boolean areOfOneSender(String first, String second) {
		return first.equals(second) || (isMapped(first) && isMapped(second));
	}

	/**
	 * Tells whether a server has made a reply subject, because the message has come from
	 * another account: other subjects that it tells mean nothing in this one.
	 * @param replySubject the reply subject of a message
	 * @return whether it has
	 */
	public static boolean isMapped(String replySubject) {
		return replySubject.startsWith(MAPPED);
	}

	/**
	 * Tells whether a subject is an inbox: under one of the prefixes, of at most
	 * {@value #MAX_LENGTH} characters, and literal.
	 * @param subject a subject
	 * @return whether it is
	 */
	public boolean isInbox(@Nullable String subject) {
		if (subject == null || subject.length() > MAX_LENGTH) {
			return false;
		}
		for (String prefix : this.prefixes) {
			if (subject.startsWith(prefix)) {
				return LiteralSubject.isValid(subject);
			}
		}
		return false;
	}

}
