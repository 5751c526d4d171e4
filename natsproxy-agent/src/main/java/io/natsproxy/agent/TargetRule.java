package io.natsproxy.agent;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;

/**
 * Makes the target of a request to the upstream: that of the client byte for byte, but
 * for a prefix that is stripped and the path of the upstream's URL, which is put before
 * it. What could lead outside of the upstream's paths, in whatever way the upstream reads
 * it, is refused. Immutable.
 */
final class TargetRule {

	private static final Pattern SLASH = Pattern.compile("%2f|%5c|\\\\", Pattern.CASE_INSENSITIVE);

	private final UpstreamRoutes routes;

	private final String basePath;

	private final int strippedSegments;

	TargetRule(UpstreamRoutes routes) {
		this.routes = routes;
		this.basePath = routes.upstream().basePath();
		String prefix = routes.upstream().requests().stripPrefix();
		this.strippedSegments = (prefix != null) ? (int) prefix.chars().filter((c) -> c == '/').count() : 0;
	}

	/**
	 * Returns the target.
	 * @param target path and query of the client, beginning with a slash
	 * @throws RefusedRequestException with 400 if the path is malformed or has dot
	 * segments, 404 if it is none of the upstream's, or none in one way to read it
	 */
	String target(String target) {
		if (isAuthority(target) || !isVisible(target)) {
			throw new RefusedRequestException(400, "The target is malformed");
		}
		int query = target.indexOf('?');
		String path = (query >= 0) ? target.substring(0, query) : target;
		if (!isSafe(path)) {
			throw new RefusedRequestException(400, "The path has dot segments, or is malformed");
		}
		if (!this.routes.matches(parse(path)) || !this.routes.matches(parse(withSlashes(path)))) {
			throw new RefusedRequestException(404, "There is no such path");
		}
		if (this.strippedSegments == 0) {
			return this.basePath + target;
		}
		String rest = strip(path);
		if (isAuthority(rest)) {
			throw new RefusedRequestException(400, "The path goes on with an empty segment");
		}
		return this.basePath + rest + ((query >= 0) ? target.substring(query) : "");
	}

	/**
	 * Returns whether some servers would take what a target begins with for an authority.
	 */
	private static boolean isAuthority(String target) {
		return target.startsWith("//") || target.startsWith("/\\");
	}

	private static boolean isVisible(String target) {
		for (int i = 0; i < target.length(); i++) {
			if (target.charAt(i) < 0x21 || target.charAt(i) > 0x7E) {
				return false;
			}
		}
		return true;
	}

	private String strip(String path) {
		int slash = 0;
		for (int i = 0; i < this.strippedSegments && slash >= 0; i++) {
			slash = path.indexOf('/', slash + 1);
		}
		return (slash >= 0) ? path.substring(slash) : "/";
	}

	/**
	 * Returns the path as a server reads it that takes backslashes and encoded slashes
	 * for slashes.
	 */
	private static String withSlashes(String path) {
		return (path.indexOf('%') < 0 && path.indexOf('\\') < 0) ? path : SLASH.matcher(path).replaceAll("/");
	}

	private static PathContainer parse(String path) {
		try {
			return PathContainer.parsePath(path);
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedRequestException(400, "The path is malformed");
		}
	}

	/**
	 * Returns whether a path has no dot segment, as it is written or decoded, with
	 * parameters or without, whether or not the upstream takes a backslash or an encoded
	 * slash for a slash.
	 */
	private static boolean isSafe(String path) {
		if (path.indexOf('%') < 0 && path.indexOf('.') < 0) {
			return true;
		}
		String decoded = decode(path);
		if (decoded == null || decoded.indexOf('\0') >= 0) {
			return false;
		}
		int start = 0;
		for (int i = 0; i <= decoded.length(); i++) {
			if (i == decoded.length() || decoded.charAt(i) == '/' || decoded.charAt(i) == '\\') {
				if (isDots(decoded, start, i)) {
					return false;
				}
				start = i + 1;
			}
		}
		return true;
	}

	private static @Nullable String decode(String path) {
		try {
			return new String(PercentEncoding.octets(path), StandardCharsets.ISO_8859_1);
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	/**
	 * Returns whether a segment is one dot or two, without its parameters.
	 */
	private static boolean isDots(String path, int start, int end) {
		int dots = start;
		while (dots < end && path.charAt(dots) == '.') {
			dots++;
		}
		return (dots == start + 1 || dots == start + 2) && (dots == end || path.charAt(dots) == ';');
	}

}
