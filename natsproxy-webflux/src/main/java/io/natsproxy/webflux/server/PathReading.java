package io.natsproxy.webflux.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.util.UriUtils;

/**
 * The other ways in which an application may read a path: with slashes that were encoded,
 * without empty segments, dot segments, parameters and a slash at the end. WebFlux itself
 * matches segment by segment; filters, firewalls and handlers of resources do not always.
 */
final class PathReading {

	private PathReading() {
	}

	/**
	 * Tells whether a condition holds for the paths that others may read. A path that
	 * leads above the root meets none.
	 * @param path the path
	 * @param condition the condition
	 */
	static boolean all(PathContainer path, Predicate<PathContainer> condition) {
		if (isPlain(path.value())) {
			return true;
		}
		String resolved = resolve(path);
		return resolved != null && condition.test(PathContainer.parsePath(withSlashOf(path, resolved)));
	}

	/**
	 * Tells whether a condition holds for one of the paths that others may read.
	 * @param path the path
	 * @param condition the condition
	 */
	static boolean any(PathContainer path, Predicate<PathContainer> condition) {
		if (isPlain(path.value())) {
			return false;
		}
		String resolved = resolve(path);
		return resolved == null || condition.test(PathContainer.parsePath(resolved))
				|| condition.test(PathContainer.parsePath(withSlashOf(path, resolved)));
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
	 * it leads above the root.
	 */
	private static @Nullable String resolve(PathContainer path) {
		Deque<String> resolved = new ArrayDeque<>();
		for (PathContainer.Element element : path.elements()) {
			if (element instanceof PathSegment segment) {
				for (String part : segment.valueToMatch().split("[/\\\\]")) {
					if (part.equals("..")) {
						if (resolved.pollLast() == null) {
							return null;
						}
					}
					else if (!part.isEmpty() && !part.equals(".")) {
						resolved.addLast(UriUtils.encodePathSegment(part, StandardCharsets.UTF_8));
					}
				}
			}
		}
		return "/" + String.join("/", resolved);
	}

	private static String withSlashOf(PathContainer path, String resolved) {
		return (path.value().endsWith("/") && resolved.length() > 1) ? resolved + "/" : resolved;
	}

}
