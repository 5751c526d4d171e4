package io.natsproxy.interop.go;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of the Go project: method, colon, and the decoded path with dots in place
 * of its slashes, without any encoding. Where that would not be a subject, or would be
 * that of another path, natsproxy's own canonical form takes its place, segment by
 * segment: the Go project's services take the values of path variables from the URL, not
 * from the subject. Has no prefix. Safe for use by many threads.
 */
public final class GoSubjects {

	/**
	 * Prefix of the subject on which a service receives the messages of a socket.
	 */
	public static final String WEB_SOCKET_IN = "WS_IN";

	/**
	 * Prefix of the subject on which a gateway receives the messages for a socket.
	 */
	public static final String WEB_SOCKET_OUT = "WS_OUT";

	/**
	 * Prefix of the subject on which a gateway of ours tells a service that the client
	 * has closed a socket. The Go project does not know it.
	 */
	public static final String WEB_SOCKET_CLOSED_BY_CLIENT = "WS_CLOSE_IN";

	/**
	 * Prefix of the subject on which a service of ours tells a gateway that it has closed
	 * a socket. The Go project does not know it.
	 */
	public static final String WEB_SOCKET_CLOSED_BY_SERVICE = "WS_CLOSE_OUT";

	private static final String HEAD = "HEAD";

	private static final String GET = "GET";

	private static final String EMPTY_SEGMENT = "%";

	/**
	 * A dot within a token, in natsproxy's encoding.
	 */
	private static final String DOT = "%2E";

	private static final String GET_SUBJECT = "GET:";

	private final SubjectCodec canonical = new SubjectCodec("");

	private final RouteSubjects routes = new RouteSubjects(this.canonical);

	/**
	 * Returns the subjects to which a request is published, one after the other for as
	 * long as nobody subscribes to them. The first is never that of another path. The
	 * second is there for a path with dots in a segment: the Go project's services
	 * subscribe to {@code GET:.v1.0} for {@code /v1.0}.
	 * @param method the HTTP method; HEAD is not GET in the Go project
	 * @param rawPath the path as it stands in the target, beginning with a slash
	 * @return one or two literal subjects, possibly with characters that are not ASCII
	 * @throws MalformedMessageException if the path is malformed
	 */
	public List<String> subjects(String method, String rawPath) {
		this.canonical.subject(method, rawPath);
		if (rawPath.equals("/")) {
			return List.of(method(method));
		}
		Set<String> subjects = new LinkedHashSet<>(4);
		StringBuilder subject = new StringBuilder(method(method));
		for (String segment : rawPath.substring(1).split("/", -1)) {
			String decoded = decode(segment);
			subject.append('.').append((decoded != null && isOwnToken(decoded)) ? decoded : canonicalToken(segment));
		}
		subjects.add(subject.toString());
		String original = original(method, rawPath);
		if (original != null && original.indexOf('%') < 0) {
			subjects.add(original);
		}
		return List.copyOf(subjects);
	}

	/**
	 * Tells whether a request may come on a subject: on the one of natsproxy's protocol,
	 * or on the Go project's, if that is not the subject of another path. So a permission
	 * on a subject stays a permission on a path.
	 * @param subject the subject on which the request came, without a prefix
	 * @param method the HTTP method of the request
	 * @param rawPath the path of its target
	 * @return whether they agree
	 * @throws MalformedMessageException if the path is malformed
	 */
	public boolean agree(String subject, String method, String rawPath) {
		if (subject.equals(this.canonical.subject(method, rawPath))) {
			return true;
		}
		boolean original = subject.equals(original(method, rawPath))
				|| (method.equals(HEAD) && subject.equals(original(GET, rawPath)));
		return original && !hasDots(rawPath) && !isCanonical(subject);
	}

	/**
	 * Tells whether a request may come on a subject, for a service that subscribes to
	 * some. The Go project's subject of a path with dots in a segment, which is that of
	 * another path too, counts where a route of the service has this segment literally.
	 * @param subject the subject on which the request came, without a prefix
	 * @param method the HTTP method of the request
	 * @param rawPath the path of its target
	 * @param subscribed the subjects of the service's routes, {@link #routeSubjects}
	 * among them
	 * @return whether they agree
	 * @throws MalformedMessageException if the path is malformed
	 */
	public boolean agree(String subject, String method, String rawPath, Collection<String> subscribed) {
		if (agree(subject, method, rawPath)) {
			return true;
		}
		boolean original = isUnencoded(subject, original(method, rawPath))
				|| (method.equals(HEAD) && isUnencoded(subject, original(GET, rawPath)));
		if (!original) {
			return false;
		}
		String own = this.canonical.subject(method, rawPath);
		return subscribed.stream().anyMatch((route) -> coversLiterally(route, own));
	}

	private static boolean isUnencoded(String subject, @Nullable String original) {
		return original != null && original.indexOf('%') < 0 && subject.equals(original);
	}

	/**
	 * Tells whether a route covers a canonical subject, and has each token with a dot
	 * literally.
	 */
	private static boolean coversLiterally(String route, String subject) {
		String[] expected = route.split("\\.", -1);
		String[] tokens = subject.split("\\.", -1);
		boolean tail = expected[expected.length - 1].equals(">");
		if (tail ? tokens.length < expected.length : tokens.length != expected.length) {
			return false;
		}
		for (int i = 0; i < tokens.length; i++) {
			boolean wildcard = (tail && i >= expected.length - 1) || expected[i].equals("*");
			if (wildcard ? tokens[i].contains(DOT) : !expected[i].equals(tokens[i])) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns the subjects on which requests for a route may come: those of natsproxy's
	 * protocol, those of HEAD, and those that the Go project makes of literal segments
	 * with dots or characters that are not ASCII.
	 * @param methods the HTTP methods; empty for all
	 * @param pattern a path pattern, its literal text decoded
	 * @return the subjects, which may have wildcards
	 */
	public Set<String> routeSubjects(Collection<String> methods, String pattern) {
		Set<String> subjects = new LinkedHashSet<>();
		for (String subject : this.routes.covering(methods, pattern)) {
			addForms(subject, subjects);
			if (subject.startsWith(GET_SUBJECT)) {
				addForms("HEAD:" + subject.substring(GET_SUBJECT.length()), subjects);
			}
		}
		return subjects;
	}

	private static void addForms(String subject, Set<String> subjects) {
		subjects.add(subject);
		StringBuilder original = new StringBuilder();
		for (String token : subject.split("\\.", -1)) {
			if (token.equals(EMPTY_SEGMENT)) {
				return;
			}
			String decoded = (token.indexOf('%') >= 0) ? decode(token) : token;
			if (decoded == null || (!decoded.equals(token) && !isLiteralToken(decoded))) {
				return;
			}
			original.append(original.isEmpty() ? "" : ".").append(decoded);
		}
		subjects.add(original.toString());
	}

	/**
	 * The subject as the Go project makes it, or {@code null} when it cannot be published
	 * or hides where the segments are.
	 */
	private @Nullable String original(String method, String rawPath) {
		if (rawPath.equals("/") || rawPath.indexOf(';') >= 0) {
			return null;
		}
		StringBuilder subject = new StringBuilder(method(method));
		for (String segment : rawPath.substring(1).split("/", -1)) {
			String decoded = decode(segment);
			if (decoded == null || !isLiteralToken(decoded)) {
				return null;
			}
			subject.append('.').append(decoded);
		}
		return subject.toString();
	}

	private String method(String method) {
		return method.equals(HEAD) ? "HEAD:" : this.canonical.subject(method, "/");
	}

	/**
	 * Tells whether a subject is natsproxy's for some path: if the path at hand has
	 * another, both would share it.
	 */
	private boolean isCanonical(String subject) {
		try {
			return this.canonical.subject(this.canonical.method(subject), this.canonical.path(subject)).equals(subject);
		}
		catch (MalformedMessageException ex) {
			return false;
		}
	}

	private static boolean hasDots(String rawPath) {
		String decoded = decode(rawPath);
		return decoded == null || decoded.indexOf('.') >= 0;
	}

	private String canonicalToken(String segment) {
		return segment.isEmpty() ? EMPTY_SEGMENT
				: this.canonical.subject(GET, "/" + segment).substring("GET:.".length());
	}

	/**
	 * Decodes a segment.
	 * @return the text, or {@code null} when it is not valid UTF-8
	 */
	private static @Nullable String decode(String segment) {
		ByteArrayOutputStream octets = new ByteArrayOutputStream(segment.length());
		for (int i = 0; i < segment.length(); i++) {
			if (segment.charAt(i) == '%') {
				octets.write(PercentEncoding.octetAt(segment, i));
				i += 2;
			}
			else {
				int codePoint = segment.codePointAt(i);
				octets.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
				i += Character.charCount(codePoint) - 1;
			}
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray())).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Tells whether the text, as it is, cannot be taken for another path.
	 */
	private static boolean isOwnToken(String decoded) {
		return isLiteralToken(decoded) && decoded.indexOf('.') < 0 && decoded.indexOf('%') < 0;
	}

	/**
	 * Tells whether the text can stand in a subject as it is. A slash would hide where
	 * the segment ends, a semicolon would be taken for one that ends it, and a percent
	 * sign alone for the empty segment.
	 */
	private static boolean isLiteralToken(String decoded) {
		if (decoded.isEmpty() || decoded.equals(EMPTY_SEGMENT) || decoded.startsWith(".") || decoded.endsWith(".")
				|| decoded.contains("..")) {
			return false;
		}
		return decoded.chars()
			.noneMatch((c) -> c <= ' ' || (c >= 0x7F && c < 0xA0) || c == '*' || c == '>' || c == '/' || c == ';');
	}

}
