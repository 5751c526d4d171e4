package io.natsproxy.core.subject;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;
import io.natsproxy.core.wire.WireProtocol;

/**
 * Maps a request to the subject to which it is published:
 * {@code [prefix.]METHOD:[.segment]...}, so {@code GET /test/42} becomes
 * {@code GET:.test.42}. A token is the decoded path segment, without its path parameters,
 * in a canonical encoding; the mapping can be reversed. Instances are immutable.
 */
public final class SubjectCodec {

	private static final String HEAD = "HEAD";

	private static final String GET = "GET";

	private final String prefix;

	/**
	 * Creates a codec.
	 * @param prefix one or more tokens in front of every subject, without a dot at the
	 * end; empty for none
	 * @throws IllegalArgumentException if the prefix is not a literal subject
	 */
	public SubjectCodec(String prefix) {
		if (!prefix.isEmpty() && !LiteralSubject.isValid(prefix)) {
			throw new IllegalArgumentException("Subject prefix '" + prefix
					+ "' is not a literal NATS subject: expected tokens separated by dots, without wildcards or spaces");
		}
		this.prefix = prefix.isEmpty() ? "" : prefix + ".";
	}

	/**
	 * Returns the subject of a request.
	 * @param method the HTTP method; HEAD travels on the subject of GET
	 * @param rawPath the path as it stands in the request target, beginning with a slash
	 * @return the subject
	 * @throws MalformedMessageException if the path is malformed
	 */
	public String subject(String method, String rawPath) {
		StringBuilder subject = new StringBuilder(this.prefix.length() + rawPath.length() + 16);
		appendMethod(method, subject);
		appendPath(rawPath, subject);
		return subject.toString();
	}

	/**
	 * Returns a subject of the protocol that is not that of a request.
	 * @param name what follows the prefix
	 * @return the subject, with the prefix
	 */
	public String controlSubject(String name) {
		return this.prefix + name;
	}

	/**
	 * Returns the subject of a group of WebSockets.
	 * @param group the name of the group
	 * @return the subject, with the prefix
	 */
	public String groupSubject(String group) {
		return this.prefix + WireProtocol.GROUP_SUBJECT + SubjectToken.of(group);
	}

	void appendMethod(String method, StringBuilder subject) {
		subject.append(this.prefix).append(SubjectToken.of(method.equals(HEAD) ? GET : method)).append(':');
	}

	private static void appendPath(String rawPath, StringBuilder subject) {
		if (rawPath.isEmpty() || rawPath.charAt(0) != '/') {
			throw new MalformedMessageException("The path does not begin with a slash");
		}
		if (rawPath.length() == 1) {
			return;
		}
		boolean first = false;
		boolean parameters = false;
		for (int i = 0; i < rawPath.length(); i++) {
			char c = rawPath.charAt(i);
			if (c == '/') {
				endSegment(first, subject);
				subject.append('.');
				first = true;
				parameters = false;
			}
			else if (c == ';') {
				parameters = true;
			}
			else if (!parameters) {
				i = appendCharacter(rawPath, i, first, subject);
				first = false;
			}
		}
		endSegment(first, subject);
	}

	private static void endSegment(boolean empty, StringBuilder subject) {
		if (empty) {
			subject.append(SubjectToken.EMPTY);
		}
	}

	private static int appendCharacter(String path, int index, boolean first, StringBuilder subject) {
		char c = path.charAt(index);
		if (c == '%') {
			SubjectToken.append(PercentEncoding.octetAt(path, index), first, subject);
			return index + 2;
		}
		if (c < 0x80) {
			SubjectToken.append(c, first, subject);
			return index;
		}
		int codePoint = path.codePointAt(index);
		for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
			PercentEncoding.append(octet, subject);
		}
		return index + Character.charCount(codePoint) - 1;
	}

	/**
	 * Returns the method of a subject.
	 * @param subject a subject made by {@link #subject}
	 * @return the method; GET stands for HEAD too
	 * @throws MalformedMessageException if it is no such subject
	 */
	public String method(String subject) {
		return PercentEncoding.decode(subject.substring(this.prefix.length(), endOfMethod(subject)));
	}

	/**
	 * Returns the path of a subject, percent-encoded so that it can stand in a request
	 * target.
	 * @param subject a subject made by {@link #subject}
	 * @return the raw path; not always letter by letter the one that made the subject,
	 * but equal to it in every decoded segment
	 * @throws MalformedMessageException if it is no such subject
	 */
	public String path(String subject) {
		String tokens = tokens(subject);
		if (tokens.isEmpty()) {
			return "/";
		}
		StringBuilder path = new StringBuilder(tokens.length() + 16);
		for (String token : tokens.substring(1).split("\\.", -1)) {
			path.append('/');
			if (!token.equals("%")) {
				appendSegment(token, path);
			}
		}
		return path.toString();
	}

	/**
	 * Returns the tokens of the path, with a dot before each.
	 */
	String tokens(String subject) {
		return subject.substring(endOfMethod(subject) + 1);
	}

	private static void appendSegment(String token, StringBuilder path) {
		for (int i = 0; i < token.length(); i++) {
			char c = token.charAt(i);
			if (c == '%') {
				PercentEncoding.append(PercentEncoding.octetAt(token, i), path);
				i += 2;
			}
			else if (isUnreserved(c)) {
				path.append(c);
			}
			else {
				for (byte octet : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
					PercentEncoding.append(octet, path);
				}
			}
		}
	}

	/**
	 * Tells whether a character is unreserved (RFC 3986, section 2.3).
	 */
	private static boolean isUnreserved(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
	}

	private int endOfMethod(String subject) {
		int colon = subject.startsWith(this.prefix) ? subject.indexOf(':', this.prefix.length()) : -1;
		boolean ended = colon > this.prefix.length()
				&& (colon + 1 == subject.length() || subject.charAt(colon + 1) == '.');
		if (!ended) {
			throw new MalformedMessageException("The subject is not that of a request");
		}
		return colon;
	}

}
