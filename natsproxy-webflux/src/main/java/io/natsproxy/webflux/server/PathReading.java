package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.util.UriUtils;

/**
 * The other ways in which an application may read a path: with slashes that were encoded,
 * without empty segments, dot segments, parameters and a slash at the end. WebFlux itself
 * matches segment by segment; filters, firewalls and handlers of resources do not always.
 * Immutable.
 */
final class PathReading {

	private static final PathReading ONE_WAY_ONLY = new PathReading(List.of(), List.of());

	private static final Pattern SLASH = Pattern.compile("[/\\\\]");

	private static final String SEPARATORS = "./\\;\0";

	private final @Nullable List<PathContainer> likely;

	private final List<PathContainer> possible;

	/**
	 * Creates a reading.
	 * @param likely what the path has to be for all; {@code null} if nobody can tell
	 * @param possible what the path may be for some
	 */
	private PathReading(@Nullable List<PathContainer> likely, List<PathContainer> possible) {
		this.likely = likely;
		this.possible = possible;
	}

	/**
	 * Finds the ways to read a path. Nobody can tell where a path leads that leads above
	 * the root, that has a NUL, a dot, slash or semicolon encoded twice, an encoded slash
	 * in a parameter, or an encoded semicolon behind a dot segment, nor where one leads
	 * that goes up and has an empty segment, or one with a slash: how many of them are
	 * left depends on what is resolved first.
	 * @param path the path
	 */
	static PathReading of(PathContainer path) {
		if (isPlain(path.value())) {
			return ONE_WAY_ONLY;
		}
		String resolved = resolve(path);
		if (resolved == null) {
			return new PathReading(null, List.of());
		}
		PathContainer without = PathContainer.parsePath(resolved);
		if (!path.value().endsWith("/") || resolved.length() == 1) {
			return new PathReading(List.of(without), List.of(without));
		}
		PathContainer with = PathContainer.parsePath(resolved + "/");
		return new PathReading(List.of(with), List.of(without, with));
	}

	/**
	 * Tells whether a condition holds for the paths that others may read. One that nobody
	 * can tell meets none.
	 * @param condition the condition
	 */
	boolean all(Predicate<PathContainer> condition) {
		return this.likely != null && this.likely.stream().allMatch(condition);
	}

	/**
	 * Tells whether a condition holds for one of the paths that others may read. One that
	 * nobody can tell meets each.
	 * @param condition the condition
	 */
	boolean any(Predicate<PathContainer> condition) {
		return this.likely == null || this.possible.stream().anyMatch(condition);
	}

	/**
	 * Tells whether there is one way only to read a path.
	 */
	private static boolean isPlain(String path) {
		char previous = 'a';
		for (int i = 0; i < path.length(); i++) {
			char c = path.charAt(i);
			if (c == '%' || c == ';' || c == '\\' || previous == '/' && (c == '/' || c == '.')) {
				return false;
			}
			previous = c;
		}
		return path.length() == 1 || previous != '/';
	}

	/**
	 * Returns the path without all that can be left out, encoded again; {@code null} if
	 * nobody can tell.
	 */
	private static @Nullable String resolve(PathContainer path) {
		Deque<String> resolved = new ArrayDeque<>();
		boolean goesUp = false;
		boolean unclear = false;
		boolean separated = false;
		for (PathContainer.Element element : path.elements()) {
			if (element instanceof PathSegment segment) {
				String text = segment.valueToMatch();
				if (isAmbiguous(segment) || !resolve(text, resolved)) {
					return null;
				}
				List<String> parts = List.of(SLASH.split(text, -1));
				goesUp |= parts.contains("..");
				unclear |= parts.size() > 1;
				separated = false;
			}
			else {
				unclear |= separated;
				separated = true;
			}
		}
		return (goesUp && unclear) ? null : "/" + String.join("/", resolved);
	}

	private static boolean resolve(String segment, Deque<String> resolved) {
		int start = 0;
		for (int i = 0; i <= segment.length(); i++) {
			if (i == segment.length() || isSlash(segment.charAt(i))) {
				String part = segment.substring(start, i);
				start = i + 1;
				if (part.startsWith(".;") || part.startsWith("..;")) {
					return false;
				}
				if (part.equals("..")) {
					if (resolved.pollLast() == null) {
						return false;
					}
				}
				else if (!part.isEmpty() && !part.equals(".")) {
					resolved.addLast(UriUtils.encodePathSegment(part, StandardCharsets.UTF_8));
				}
			}
		}
		return true;
	}

	private static boolean isAmbiguous(PathSegment segment) {
		return isEncodedTwice(segment.valueToMatch()) || segment.parameters()
			.entrySet()
			.stream()
			.anyMatch((parameter) -> isAmbiguousParameter(parameter.getKey())
					|| parameter.getValue().stream().anyMatch(PathReading::isAmbiguousParameter));
	}

	private static boolean isAmbiguousParameter(@Nullable String text) {
		return text != null && (text.chars().anyMatch((c) -> isSlash((char) c)) || isEncodedTwice(text));
	}

	/**
	 * Tells whether a text that has been decoded has a NUL, or would have another
	 * separator if it were decoded again, however often.
	 */
	private static boolean isEncodedTwice(String text) {
		if (text.indexOf('\0') >= 0) {
			return true;
		}
		if (text.indexOf('%') < 0) {
			return false;
		}
		StringBuilder decoded = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			decoded.append(text.charAt(i));
			int code = encodedAtTheEnd(decoded);
			while (code >= 0) {
				if (SEPARATORS.indexOf(code) >= 0) {
					return true;
				}
				decoded.setLength(decoded.length() - 3);
				decoded.append((char) code);
				code = encodedAtTheEnd(decoded);
			}
		}
		return false;
	}

	/**
	 * Returns the code of the encoded character with which a text ends, -1 if it ends
	 * with none.
	 */
	private static int encodedAtTheEnd(CharSequence text) {
		int start = text.length() - 3;
		if (start < 0 || text.charAt(start) != '%') {
			return -1;
		}
		int high = Character.digit(text.charAt(start + 1), 16);
		int low = Character.digit(text.charAt(start + 2), 16);
		return (high < 0 || low < 0) ? -1 : high * 16 + low;
	}

	private static boolean isSlash(char c) {
		return c == '/' || c == '\\';
	}

}
